package io.impresario.job.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.EventType;
import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.events.JsonText;
import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.outbox.Outbox;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Requests of schedules become jobs once, or are refused visibly. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class JobsFromSchedulesIT {
  private static final Instant NOMINAL = Instant.parse("2026-01-02T03:04:00Z");

  @Inject Outbox outbox;

  private final JobApi api = new JobApi();
  private final UUID schedule = UUID.randomUUID();

  @Test
  void makesTheJobOnceHoweverOftenItIsAsked() {
    UUID job = UUID.randomUUID();
    send(job, "echo", JobSource.SCHEDULE);
    send(job, "echo", JobSource.SCHEDULE);
    Eventually.isTrue(
        Duration.ofSeconds(30), "made", () -> api.call("get", id(job)).statusCode() == 200);
    assertThat(api.ended(job).getString("json.schedule_id")).isEqualTo(schedule.toString());
    assertThat(api.get(job).getString("json.result.a")).isEqualTo("1");
    assertThat(
            JobTable.number(
                "SELECT count(*) FROM job_timeline WHERE job_id = ? AND event = 'queued'", job))
        .isEqualTo(1);
  }

  @Test
  void refusesWhatItCannotMake() {
    UUID job = UUID.randomUUID();
    send(job, "unknown", JobSource.TRIGGER);
    try (KafkaTestClient kafka = new KafkaTestClient(TestServers.get().kafkaBootstrap())) {
      String body =
          KafkaTestClient.text(
              kafka
                  .await(
                      "job-rejected",
                      1,
                      Duration.ofSeconds(30),
                      KafkaTestClient.withKey(job.toString()))
                  .get(0));
      assertThat(body).contains("\"reason\":\"workflow_not_found\"");
    }
    assertThat(api.call("get", id(job)).statusCode()).isEqualTo(404);
  }

  private static String id(UUID job) {
    return "{\"id\":\"" + job + "\"}";
  }

  private void send(UUID job, String workflow, JobSource source) {
    JobRequested event =
        new JobRequested(
            job,
            api.tenant(),
            workflow,
            new JsonText("{\"a\":1}"),
            source,
            schedule,
            NOMINAL,
            60,
            null,
            null,
            null,
            true,
            null,
            null,
            null,
            null,
            null,
            null,
            NOMINAL);
    Outbox.Entry<JobRequested> entry =
        new Outbox.Entry<>(
            EventType.JOB_REQUESTED, event, UUID.randomUUID(), job.toString(), api.tenant(), null);
    outbox.transaction(tx -> outbox.append(tx, entry)).await().atMost(Duration.ofSeconds(10));
  }
}
