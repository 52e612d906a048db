package io.impresario.schedule;

import static io.impresario.schedule.ScheduleApi.input;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.rpc.Ids;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What holds while PostgreSQL or Kafka is away, and once it is back; and what probes say. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "schedule"),
      @ResourceArg(name = "clock", value = "steered")
    })
class OutagesIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TestHTTPResource(value = "health/ready", management = true)
  URI ready;

  @TestHTTPResource(value = "metrics", management = true)
  URI metrics;

  @Inject MutableClock clock;
  private final ScheduleApi api = ScheduleApi.ofNewTenant();

  @BeforeEach
  void atHalfPastTen() {
    ScheduleApi.clear();
    clock.set(Instant.parse("2024-03-01T10:30:00Z"));
  }

  @Test
  void answersUnavailableWithoutPostgresAndFiresOnceItIsBack() {
    String id = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
    assertThat(RestAssured.get(ready).statusCode()).isEqualTo(200);
    TestServers.get().stopPostgres();
    try {
      assertThat(RestAssured.get(ready).statusCode()).isEqualTo(503);
      for (String procedure : new String[] {"list", "get", "delete", "occurrences", "trigger"}) {
        assertThat(api.error(503, procedure, input("id", id)).getString("code"))
            .as(procedure)
            .isEqualTo("SERVICE_UNAVAILABLE");
      }
      assertThat(
              api.error(503, "create", input("workflow", "w", "cron_expr", "@daily"))
                  .getString("message"))
          .isEqualTo("The database is not available");
    } finally {
      TestServers.get().startPostgres();
    }
    clock.set(Instant.parse("2024-03-01T11:00:00Z"));
    Eventually.isTrue("ready again", () -> RestAssured.get(ready).statusCode() == 200);
    awaitRequest(Ids.named(UUID.fromString(id), "2024-03-01T11:00:00.000Z"));
  }

  @Test
  void goesOnWithoutKafkaAndAsksForTheJobOnceItIsBack() {
    TestServers.get().stopKafka();
    UUID job;
    try {
      String id = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
      clock.set(Instant.parse("2024-03-01T11:00:00Z"));
      job = Ids.named(UUID.fromString(id), "2024-03-01T11:00:00.000Z");
      Eventually.isTrue("fired", () -> job.toString().equals(api.get(id).getString("last_job_id")));
      assertThat(RestAssured.get(ready).statusCode()).isEqualTo(200);
    } finally {
      TestServers.get().startKafka();
    }
    awaitRequest(job);
  }

  @Test
  void tellsItsLatenessToPrometheus() {
    api.create("workflow", "w", "cron_expr", "0 * * * *");
    clock.set(Instant.parse("2024-03-01T11:00:00Z"));

    Eventually.passes(
        () ->
            assertThat(RestAssured.get(metrics).asString())
                .contains("impresario_schedule_lateness_seconds_bucket{le=\"0.1\""));
  }

  private static void awaitRequest(UUID job) {
    try (KafkaTestClient kafka = new KafkaTestClient(TestServers.get().kafkaBootstrap())) {
      assertThat(kafka.await("job-requested", 1, LIMIT, KafkaTestClient.withKey(job.toString())))
          .hasSize(1);
    }
  }
}
