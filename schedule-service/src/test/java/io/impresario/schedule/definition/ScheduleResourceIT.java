package io.impresario.schedule.definition;

import static io.impresario.schedule.ScheduleApi.input;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.schedule.ScheduleApi;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "schedule"),
      @ResourceArg(name = "clock", value = "steered")
    })
class ScheduleResourceIT {
  private static final Instant NOON = Instant.parse("2024-02-01T12:00:00Z");

  @Inject MutableClock clock;
  private final ScheduleApi api = ScheduleApi.ofNewTenant();

  @BeforeEach
  void atNoon() {
    ScheduleApi.clear();
    clock.set(NOON);
  }

  @Test
  void answersTheScheduleOfTheContractWithItsDefaults() {
    JsonObject schedule = api.create("workflow", "invoices", "cron_expr", "30 4 * * *");

    assertThat(schedule.getString("id")).hasSize(36);
    schedule.remove("id");
    assertThat(schedule)
        .isEqualTo(
            new JsonObject(
                """
                {"workflow":"invoices","params":{},"cron_expr":"30 4 * * *","timezone":"UTC",
                 "timeout_seconds":900,"residential_proxy":null,"disable_default_proxy":false,
                 "callback_url":null,"skip_callbacks":false,"enabled":true,
                 "next_fire_at":"2024-02-02T04:30:00.000Z","last_fire_at":null,"last_job_id":null,
                 "last_error":null,"consecutive_failures":0,
                 "created_at":"2024-02-01T12:00:00.000Z","updated_at":"2024-02-01T12:00:00.000Z"}
                """));
  }

  @Test
  void keepsEverythingThatAJobCanBeGiven() {
    String body =
        """
        {"json":{"workflow":"w","cron_expr":"0 9 * * MON-FRI","timezone":"Europe/Berlin",
         "params":{"big":12345678901234567890123,"__libretto":{"x":1}},"timeout_seconds":60,
         "residential_proxy":{"country":"us","state":"CA"},"skip_callbacks":true,
         "callback_url":"https://example.com/cb","callback_secret":"s3cr3t","enabled":false,
         "headless":false,"start_url":"https://example.com/","gpu":true,
         "viewport":{"width":800,"height":600},"credential_id":"ignored"}}
        """;
    var response =
        io.restassured.RestAssured.given()
            .header(
                io.impresario.testing.TestIdentity.HEADER,
                io.impresario.testing.TestIdentity.of(api.tenant()))
            .contentType("application/json")
            .body(body)
            .post("/v1/schedules/create");

    assertThat(response.statusCode()).as(response.asString()).isEqualTo(200);
    assertThat(response.header("x-impresario-warnings")).contains("credential_id");
    assertThat(response.asString())
        .contains("\"params\":{\"big\":12345678901234567890123}")
        .contains("\"residential_proxy\":{\"country\":\"US\",\"state\":\"CA\"}")
        .doesNotContain("s3cr3t")
        .doesNotContain("secret");
    JsonObject schedule =
        new JsonObject(response.asString()).getJsonObject("json").getJsonObject("schedule");
    assertThat(schedule.getValue("next_fire_at")).isNull();
    assertThat(api.get(schedule.getString("id"))).isEqualTo(schedule);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {}                                              | workflow: Required; cron_expr: Required
          {"workflow":"w","cron_expr":"61 25 * * *"}      | cron_expr: cron_expr: minute '61': 61 is outside 0-59; cron_expr: cron_expr: hour '25': 25 is outside 0-23
          {"workflow":"w","cron_expr":"0 0 30 2 *"}       | cron_expr: cron_expr: day of month '30' never occurs in month '2': the expression would never fire
          {"workflow":"w","cron_expr":5}                  | cron_expr: Expected string, received number
          {"workflow":"","cron_expr":"@daily"}            | workflow: String must contain at least 1 character(s)
          {"workflow":"w","cron_expr":"@daily","timezone":"europe/berlin"} | timezone: timezone 'europe/berlin' is not an IANA time zone; did you mean Europe/Berlin?
          {"workflow":"w","cron_expr":"@daily","timezone":"+02:00"} | timezone: timezone '+02:00' is not an IANA time zone
          {"workflow":"w","cron_expr":"@daily","timeout_seconds":3601} | timeout_seconds: Number must be less than or equal to 3600
          {"workflow":"w","cron_expr":"@daily","timeout_seconds":0} | timeout_seconds: Number must be greater than or equal to 1
          {"workflow":"w","cron_expr":"@daily","params":[]} | params: Expected object, received array
          {"workflow":"w","cron_expr":"@daily","enabled":"yes"} | enabled: Expected boolean, received string
          {"workflow":"w","cron_expr":"@daily","callback_url":"https://example.com"} | callback_secret: Is required together with callback_url
          {"workflow":"w","cron_expr":"@daily","callback_url":"http://127.0.0.1","callback_secret":"s"} | callback_url: callback_url leads to a loopback address
          {"workflow":"w","cron_expr":"@daily","residential_proxy":{"country":"DE"},"disable_default_proxy":true} | disable_default_proxy: Cannot be true together with residential_proxy
          {"workflow":"w","cron_expr":"@daily","residential_proxy":{"country":"DE","zip":"1"}} | residential_proxy.zip: Must be five digits; residential_proxy.zip: Is only possible with country US
          """)
  void refusesWithAllIssues(String json, String expected) {
    assertThat(api.issues("create", new JsonObject(json)))
        .containsExactly(expected.split("; (?!did)"));
  }

  @Test
  void changesOnlyTheFieldsThatArePresent() {
    JsonObject before =
        api.create(
            "workflow",
            "w",
            "cron_expr",
            "@hourly",
            "params",
            input("a", 1),
            "timeout_seconds",
            10);
    clock.advance(Duration.ofMinutes(5));
    JsonObject after =
        api.ok("update", input("id", before.getString("id"), "timeout_seconds", 20))
            .getJsonObject("schedule");

    assertThat(after)
        .isEqualTo(
            before.copy().put("timeout_seconds", 20).put("updated_at", "2024-02-01T12:05:00.000Z"));
    assertThat(api.get(before.getString("id"))).isEqualTo(after);
  }

  @Test
  void plansAnewFromNowWhenTimingChanges() {
    String id = api.create("workflow", "w", "cron_expr", "0 13 * * *").getString("id");

    assertThat(update(id, "timezone", "Europe/Berlin").getString("next_fire_at"))
        .isEqualTo("2024-02-02T12:00:00.000Z");
    assertThat(update(id, "cron_expr", "30 * * * *").getString("next_fire_at"))
        .isEqualTo("2024-02-01T12:30:00.000Z");
    assertThat(update(id, "enabled", false).getValue("next_fire_at")).isNull();
    clock.advance(Duration.ofDays(2));
    assertThat(update(id, "enabled", true).getString("next_fire_at"))
        .isEqualTo("2024-02-03T12:30:00.000Z");
  }

  @Test
  void clearsCallbackAndProxyAsTheContractSays() {
    String id =
        api.create(
                "workflow",
                "w",
                "cron_expr",
                "@daily",
                "callback_url",
                "https://example.com/a",
                "callback_secret",
                "s",
                "residential_proxy",
                input("country", "DE"))
            .getString("id");

    assertThat(update(id, "callback_url", "https://example.com/b").getString("callback_url"))
        .isEqualTo("https://example.com/b");
    assertThat(api.issues("update", input("id", id, "callback_url", null)))
        .containsExactly(
            "callback_url: callback_url and callback_secret can only be null together");
    assertThat(api.issues("update", input("id", id, "disable_default_proxy", true)))
        .containsExactly("disable_default_proxy: Cannot be true together with residential_proxy");
    JsonObject cleared =
        api.ok(
                "update",
                input(
                    "id",
                    id,
                    "callback_url",
                    null,
                    "callback_secret",
                    null,
                    "residential_proxy",
                    null,
                    "disable_default_proxy",
                    true))
            .getJsonObject("schedule");
    assertThat(cleared.getValue("callback_url")).isNull();
    assertThat(cleared.getValue("residential_proxy")).isNull();
    assertThat(cleared.getBoolean("disable_default_proxy")).isTrue();
    assertThat(update(id, "disable_default_proxy", false).getBoolean("disable_default_proxy"))
        .isFalse();
    assertThat(api.issues("update", input("id", id, "callback_secret", "alone")))
        .containsExactly(
            "callback_url: callback_url and callback_secret go together or not at all");
  }

  @Test
  void pagesNewestFirstWithFilters() {
    List<String> made = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      clock.advance(Duration.ofMillis(i % 2));
      made.add(
          api.create("workflow", i == 3 ? "other" : "w", "cron_expr", "@daily", "enabled", i != 5)
              .getString("id"));
    }
    List<String> found = new ArrayList<>();
    Object cursor = null;
    do {
      JsonObject page =
          api.ok("list", cursor == null ? input("limit", 3) : input("limit", 3, "cursor", cursor));
      page.getJsonArray("schedules").forEach(s -> found.add(((JsonObject) s).getString("id")));
      cursor = page.getValue("next_cursor");
    } while (cursor != null);

    java.util.Collections.reverse(made);
    assertThat(found).isEqualTo(made);
    assertThat(ids(input("workflow", "other"))).containsExactly(made.get(3));
    assertThat(ids(input("enabled", false))).containsExactly(made.get(1));
    assertThat(api.issues("list", input("cursor", "x", "limit", 201)))
        .containsExactlyInAnyOrder(
            "cursor: Invalid cursor", "limit: Number must be less than or equal to 200");
  }

  @Test
  void deletesOnce() {
    String id = api.create("workflow", "w", "cron_expr", "@daily").getString("id");

    assertThat(api.ok("delete", input("id", id))).isEqualTo(input("success", true, "id", id));
    for (String procedure : List.of("get", "delete", "update", "occurrences", "trigger")) {
      assertThat(api.error(404, procedure, input("id", id)).getString("code"))
          .isEqualTo("NOT_FOUND");
    }
  }

  @Test
  void hidesTheSchedulesOfOneTenantFromAnother() {
    String id = api.create("workflow", "w", "cron_expr", "@daily").getString("id");
    ScheduleApi stranger = ScheduleApi.ofNewTenant();
    String unknown = UUID.randomUUID().toString();

    for (String procedure : List.of("get", "update", "delete", "occurrences", "trigger")) {
      assertThat(stranger.error(404, procedure, input("id", id)))
          .as(procedure)
          .isEqualTo(stranger.error(404, procedure, input("id", unknown)));
    }
    assertThat(stranger.ok("list", input()).getJsonArray("schedules")).isEmpty();
    assertThat(api.get(id).getBoolean("enabled")).isTrue();
  }

  @Test
  void previewsWithNotesWhereTheClocksChange() {
    clock.set(Instant.parse("2024-03-30T00:00:00Z"));
    JsonObject preview =
        api.ok(
            "preview", input("cron_expr", "30 2 * * *", "timezone", "Europe/Berlin", "count", 3));

    assertThat(preview)
        .isEqualTo(
            new JsonObject(
                """
                {"occurrences":[
                  {"at":"2024-03-30T01:30:00.000Z","local":"2024-03-30T02:30:00+01:00","note":null},
                  {"at":"2024-03-31T01:00:00.000Z","local":"2024-03-31T03:00:00+02:00",
                   "note":"02:30 does not exist on this day: the clocks go forward; fires right after the gap"},
                  {"at":"2024-04-01T00:30:00.000Z","local":"2024-04-01T02:30:00+02:00","note":null}]}
                """));
    assertThat(api.issues("preview", input("cron_expr", "x", "timezone", "y", "count", 0)))
        .hasSize(3);
  }

  private JsonObject update(String id, String field, Object value) {
    return api.ok("update", input("id", id, field, value)).getJsonObject("schedule");
  }

  private List<String> ids(JsonObject filter) {
    return api.ok("list", filter).getJsonArray("schedules").stream()
        .map(schedule -> ((JsonObject) schedule).getString("id"))
        .toList();
  }

  @Test
  void aTenantHasAtMostSoManySchedules() {
    ScheduleApi crowded = ScheduleApi.ofNewTenant();
    crowded.create("workflow", "w", "cron_expr", "@yearly", "enabled", false);
    ScheduleApi.execute(
        """
        INSERT INTO schedule (id, tenant_id, workflow, params, cron_expr, timezone, spec, enabled,
                              created_at, updated_at)
        SELECT gen_random_uuid(), tenant_id, workflow, params, cron_expr, timezone, spec, enabled,
               created_at, updated_at
          FROM schedule, generate_series(1, 9998) WHERE tenant_id = '%s'
        """
            .formatted(crowded.tenant()));
    List<Integer> answers =
        IntStream.range(0, 4)
            .parallel()
            .mapToObj(
                i ->
                    crowded
                        .call("create", input("workflow", "w", "cron_expr", "@yearly"))
                        .statusCode())
            .sorted()
            .toList();
    assertThat(answers).containsExactly(200, 409, 409, 409);
    JsonObject error = crowded.error(409, "create", input("workflow", "w", "cron_expr", "@yearly"));
    assertThat(error.getString("message")).isEqualTo("A tenant has at most 10000 schedules");
    assertThat(error.getJsonObject("data").getString("reason")).isEqualTo("too_many_schedules");
    ScheduleApi.ofNewTenant().create("workflow", "w", "cron_expr", "@yearly");
    ScheduleApi.execute("DELETE FROM schedule WHERE tenant_id = '" + crowded.tenant() + "'");
  }
}
