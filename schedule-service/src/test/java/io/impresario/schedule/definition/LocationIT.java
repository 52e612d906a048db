package io.impresario.schedule.definition;

import static io.impresario.schedule.ScheduleApi.input;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.schedule.JobServiceWithoutProxies;
import io.impresario.schedule.ScheduleApi;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;

/** Jobs that no installation without a proxy makes are refused where they are asked for. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "schedule"),
      @ResourceArg(name = "clock", value = "steered")
    })
@QuarkusTestResource(value = JobServiceWithoutProxies.class, restrictToAnnotatedClass = true)
class LocationIT {
  private final ScheduleApi api = ScheduleApi.ofNewTenant();

  @Test
  void aScheduleForALocationIsRefused() {
    assertRefused(
        api.error(
            409,
            "create",
            input(
                "workflow",
                "w",
                "cron_expr",
                "@yearly",
                "residential_proxy",
                input("country", "US"))));
    String id = api.create("workflow", "w", "cron_expr", "@yearly").getString("id");
    assertRefused(
        api.error(409, "update", input("id", id, "residential_proxy", input("country", "US"))));
    api.ok("update", input("id", id, "timeout_seconds", 60));
  }

  @Test
  void aTriggerForALocationIsRefused() {
    String id = api.create("workflow", "w", "cron_expr", "@yearly").getString("id");
    api.ok("trigger", input("id", id));
    ScheduleApi.execute(
        """
        UPDATE schedule SET spec =
          jsonb_set(spec::jsonb, '{residential_proxy}', '{"country":"US"}')::text
         WHERE id = '%s'
        """
            .formatted(id));
    assertRefused(api.error(409, "trigger", input("id", id)));
    assertThat(api.occurrences(id)).hasSize(1);
  }

  /** As {@code jobs/create}. */
  private static void assertRefused(JsonObject error) {
    assertThat(error.getString("code")).isEqualTo("CONFLICT");
    assertThat(error.getString("message"))
        .isEqualTo("No residential proxy is configured on this installation");
    assertThat(error.getJsonObject("data").getMap())
        .containsOnly(java.util.Map.entry("reason", "proxy_unavailable"));
  }
}
