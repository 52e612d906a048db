package io.impresario.job.submission;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.EventType;
import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.events.JsonText;
import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.CallbackTarget;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.SpecDocument;
import io.impresario.events.spec.Viewport;
import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.outbox.Outbox;
import io.impresario.sealing.KeyRing;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.ProxiedKafka;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
@QuarkusTestResource(ProxiedKafka.class)
class JobsFromSchedulesIT {
  private static final JobSpec SPEC =
      new JobSpec(60, null, BrowserOptions.NONE, null, false, null, true);
  private static final Instant NOMINAL = Instant.parse("2026-01-02T03:04:00Z");

  @Inject Outbox outbox;

  @InjectServers(ProxiedKafka.BROKER)
  FaultyTcpProxy broker;

  private final JobApi api = new JobApi();
  private final UUID schedule = UUID.randomUUID();

  @Test
  void makesTheJobOnceHoweverOftenItIsAsked() {
    UUID job = UUID.randomUUID();
    send(job, "echo", JobSource.SCHEDULE, SPEC);
    send(job, "echo", JobSource.SCHEDULE, SPEC);
    Eventually.isTrue("made", () -> api.call("get", id(job)).statusCode() == 200);
    assertThat(api.ended(job).getString("json.schedule_id")).isEqualTo(schedule.toString());
    assertThat(api.get(job).getString("json.result.a")).isEqualTo("1");
    assertThat(
            JobTable.number(
                "SELECT count(*) FROM job_timeline WHERE job_id = ? AND event = 'queued'", job))
        .isEqualTo(1);
  }

  @Test
  void catchesUpAfterASilenceOfTheBroker() {
    api.ended(api.createWorkflow("echo"));
    UUID asked = UUID.randomUUID();
    UUID made;
    try (KafkaTestClient kafka = new KafkaTestClient(TestServers.get().kafkaBootstrap())) {
      broker.mode(Mode.SILENCE);
      try {
        made = api.createWorkflow("echo");
        assertThat(api.ended(made).getString("json.status")).isEqualTo("completed");
        send(asked, "echo", JobSource.SCHEDULE, SPEC);
        kafka.awaitNoMembers("job-service");
      } finally {
        broker.mode(Mode.PASS);
      }
      Eventually.isTrue("asked for and made", () -> api.call("get", id(asked)).statusCode() == 200);
      var ofMade = KafkaTestClient.withKey(made.toString());
      kafka.await("job-finished", 1, Eventually.LIMIT, ofMade);
      kafka.await("executor-logs", 1, Eventually.LIMIT, ofMade);
    }
  }

  @Test
  void makesTheJobAsItWasAskedFor() {
    JobTable.limit(api.tenant(), 0, null);
    UUID job = UUID.randomUUID();
    JobSpec asked =
        new JobSpec(
            90,
            3600,
            new BrowserOptions(null, "https://example.com/", null, new Viewport(800, 600)),
            null,
            true,
            new CallbackTarget(
                "https://example.com/hook",
                KeyRing.parse(TestServers.SECRET_KEYS).seal("secret", "job:" + job)),
            false);
    send(job, "echo", JobSource.SCHEDULE, asked);
    Eventually.isTrue("made", () -> api.call("get", id(job)).statusCode() == 200);

    List<String> row =
        JobTable.column(
            "SELECT unnest(ARRAY[spec, callback_secret_sealed, (due_at - created_at)::text])"
                + " FROM jobs WHERE id = ?",
            job);
    assertThat(SpecDocument.read(row.get(0), row.get(1)))
        .isEqualTo(
            asked.withBrowser(
                new BrowserOptions(true, "https://example.com/", false, new Viewport(800, 600))));
    assertThat(row.get(2)).isEqualTo("01:00:00");
  }

  @Test
  void refusesWhatItCannotMake() {
    refuses("unknown", SPEC, "workflow_not_found");
    refuses("echo", JobSpec.ofTimeout(0), "invalid");
    refuses(
        "echo",
        new JobSpec(
            60,
            null,
            BrowserOptions.NONE,
            null,
            false,
            new CallbackTarget("https://example.com/hook", null),
            false),
        "invalid");
  }

  private void refuses(String workflow, JobSpec spec, String reason) {
    UUID job = UUID.randomUUID();
    send(job, workflow, JobSource.TRIGGER, spec);
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
      assertThat(body).contains("\"reason\":\"" + reason + "\"");
    }
    assertThat(api.call("get", id(job)).statusCode()).isEqualTo(404);
  }

  private static String id(UUID job) {
    return "{\"id\":\"" + job + "\"}";
  }

  private void send(UUID job, String workflow, JobSource source, JobSpec spec) {
    JobRequested event =
        new JobRequested(
            job,
            api.tenant(),
            workflow,
            new JsonText("{\"a\":1}"),
            spec,
            source,
            schedule,
            NOMINAL,
            null,
            NOMINAL);
    Outbox.Entry<JobRequested> entry =
        new Outbox.Entry<>(
            EventType.JOB_REQUESTED, event, UUID.randomUUID(), job.toString(), api.tenant(), null);
    outbox.transaction(tx -> outbox.append(tx, entry)).await().atMost(Eventually.LIMIT);
  }
}
