package io.impresario.schedule.definition;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.impresario.schedule.ScheduleApi;
import io.impresario.sealing.KeyRing;
import io.impresario.sealing.Resealing;
import io.impresario.sealing.SealedColumn;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.arc.All;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.net.URL;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "schedule"),
      @ResourceArg(name = "clock", value = "steered")
    })
class ScheduleResealingIT {
  private static final String NEW_KEY = "new:OTg3NjU0MzIxMDk4NzY1NDMyMTA5ODc2NTQzMjEwOTg=";

  @InjectServers TestServers servers;
  @Inject Pool pool;
  @Inject @All List<SealedColumn> columns;

  @TestHTTPResource(value = "/secrets/reencrypt", management = true)
  URL command;

  private final ScheduleApi api = ScheduleApi.ofNewTenant();

  @BeforeEach
  void clear() {
    ScheduleApi.clear();
  }

  @Test
  void bringsSecretsUnderTheNewestKey() throws SQLException {
    String schedule = scheduleWithCallback();
    Resealing both = resealing(NEW_KEY + "," + TestServers.SECRET_KEYS);

    assertThat(reseal(both)).isEqualTo(counted(1, 0));
    assertThat(KeyRing.parse(NEW_KEY).open(sealed(schedule), "schedule:" + schedule))
        .isEqualTo("a secret");
    assertThat(reseal(both)).isEqualTo(counted(0, 0));
  }

  @Test
  void countsAndLeavesWhatNoKeyOpens() throws SQLException {
    String schedule = scheduleWithCallback();
    String before = sealed(schedule);

    assertThat(reseal(resealing(NEW_KEY))).isEqualTo(counted(0, 1));
    assertThat(sealed(schedule)).isEqualTo(before);
  }

  @Test
  void isACommandOnTheManagementPort() throws SQLException {
    String schedule = scheduleWithCallback();
    reseal(resealing(NEW_KEY + "," + TestServers.SECRET_KEYS));
    given()
        .post(command)
        .then()
        .statusCode(200)
        .body("key_id", equalTo("test"))
        .body("schedules.reencrypted", equalTo(0))
        .body("schedules.failed", equalTo(1));
    reseal(resealing(TestServers.SECRET_KEYS + "," + NEW_KEY));
    assertThat(KeyRing.keyIdOf(sealed(schedule))).isEqualTo("test");
  }

  private Resealing resealing(String keys) {
    return new Resealing(pool, KeyRing.parse(keys), columns);
  }

  private static Map<String, Resealing.Count> reseal(Resealing resealing) {
    return resealing.run().await().atMost(Eventually.LIMIT);
  }

  private static Map<String, Resealing.Count> counted(long reencrypted, long failed) {
    return Map.of("schedules", new Resealing.Count(reencrypted, failed));
  }

  private String scheduleWithCallback() {
    return api.ok(
            "create",
            ScheduleApi.input(
                "workflow",
                "w",
                "cron_expr",
                "0 0 1 1 *",
                "callback_url",
                "https://hooks.example.com/",
                "callback_secret",
                "a secret"))
        .getJsonObject("schedule")
        .getString("id");
  }

  private String sealed(String schedule) throws SQLException {
    try (Connection connection = servers.connect("schedule");
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT callback_secret_sealed FROM schedule WHERE id = ?::uuid")) {
      query.setString(1, schedule);
      try (ResultSet row = query.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getString(1);
      }
    }
  }
}
