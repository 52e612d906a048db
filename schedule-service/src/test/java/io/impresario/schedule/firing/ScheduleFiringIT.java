package io.impresario.schedule.firing;

import static io.impresario.schedule.ScheduleApi.input;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.JobRejected;
import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.CallbackTarget;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.ProxyLocation;
import io.impresario.events.spec.Viewport;
import io.impresario.rpc.Ids;
import io.impresario.schedule.ScheduleApi;
import io.impresario.sealing.KeyRing;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.MutableClock;
import io.impresario.testing.ProxiedKafka;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "schedule"),
      @ResourceArg(name = "clock", value = "steered")
    })
@QuarkusTestResource(ProxiedKafka.class)
class ScheduleFiringIT {
  private static final Duration LIMIT = Eventually.LIMIT;
  private static final Instant HALF_PAST_TEN = Instant.parse("2024-01-08T10:30:00Z");

  @Inject MutableClock clock;
  @Inject ScheduleFiring firing;
  @Inject KeyRing keys;

  @InjectServers(ProxiedKafka.BROKER)
  FaultyTcpProxy broker;

  private final ScheduleApi api = ScheduleApi.ofNewTenant();
  private final KafkaTestClient kafka = new KafkaTestClient(TestServers.get().kafkaBootstrap());

  @BeforeEach
  void atHalfPastTen() {
    ScheduleApi.clear();
    clock.set(HALF_PAST_TEN);
  }

  @AfterEach
  void close() {
    kafka.close();
  }

  @Test
  void asksForOneJobAtTheNominalTimeAndNotBefore() {
    JsonObject made =
        api.create(
            "workflow",
            "w",
            "cron_expr",
            "0 * * * *",
            "params",
            input("a", 1),
            "timeout_seconds",
            77,
            "skip_callbacks",
            true,
            "start_url",
            "https://example.com/",
            "viewport",
            input("width", 800, "height", 600),
            "residential_proxy",
            input("country", "US", "zip", "02139"),
            "callback_url",
            "https://example.com/cb",
            "callback_secret",
            "s3cr3t");
    UUID id = UUID.fromString(made.getString("id"));
    clock.set(Instant.parse("2024-01-08T10:59:59.999Z"));
    assertThat(firing.fireBatch().await().atMost(LIMIT)).isZero();

    clock.set(Instant.parse("2024-01-08T11:00:00Z"));
    UUID jobId = Ids.named(id, "2024-01-08T11:00:00.000Z");
    JobRequested request = onlyRequest(jobId);

    assertThat(request.source()).isEqualTo(JobSource.SCHEDULE);
    assertThat(request.scheduleId()).isEqualTo(id);
    assertThat(request.tenantId()).isEqualTo(api.tenant());
    assertThat(request.nominalAt()).isEqualTo("2024-01-08T11:00:00Z");
    assertThat(request.params().text()).isEqualTo("{\"a\":1}");
    assertThat(request.spec().withSecretSealed("?"))
        .isEqualTo(
            new JobSpec(
                77,
                null,
                new BrowserOptions(null, "https://example.com/", null, new Viewport(800, 600)),
                new ProxyLocation("US", null, null, "02139", null),
                false,
                new CallbackTarget("https://example.com/cb", "?"),
                true));
    assertThat(keys.open(String.valueOf(request.spec().secretSealed()), "job:" + jobId))
        .isEqualTo("s3cr3t");
    JsonObject fired = api.get(id.toString());
    assertThat(fired.getString("last_job_id")).isEqualTo(jobId.toString());
    assertThat(fired.getString("last_fire_at")).isEqualTo("2024-01-08T11:00:00.000Z");
    assertThat(fired.getString("next_fire_at")).isEqualTo("2024-01-08T12:00:00.000Z");
    assertThat(fired.getString("updated_at")).isEqualTo(made.getString("updated_at"));
    assertThat(api.occurrences(id.toString()))
        .containsExactly(
            new JsonObject(
                """
                {"nominal_at":"2024-01-08T11:00:00.000Z","fired_at":"2024-01-08T11:00:00.000Z",
                 "outcome":"started","reason":null,"job_id":"%s","job_status":null}
                """
                    .formatted(jobId)));
  }

  @Test
  void runsOnceForAllThatWasMissed() {
    String id = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
    clock.set(Instant.parse("2024-01-08T15:30:00Z"));
    onlyRequest(Ids.named(UUID.fromString(id), "2024-01-08T15:00:00.000Z"));

    assertThat(api.occurrences(id)).hasSize(1);
    assertThat(api.occurrences(id).get(0).getString("reason"))
        .isEqualTo("stands for all occurrences missed since 2024-01-08T11:00:00Z");
    assertThat(api.get(id).getString("next_fire_at")).isEqualTo("2024-01-08T16:00:00.000Z");
  }

  @Test
  void runsNothingThatIsOlderThanTheWindowAndSaysSo() {
    String id = api.create("workflow", "w", "cron_expr", "0 12 * * *").getString("id");
    clock.set(Instant.parse("2024-01-10T14:00:00Z"));
    Eventually.isTrue("one occurrence", () -> api.occurrences(id).size() == 1);

    JsonObject missed = api.occurrences(id).get(0);
    assertThat(missed.getString("outcome")).isEqualTo("missed");
    assertThat(missed.getString("nominal_at")).isEqualTo("2024-01-08T12:00:00.000Z");
    assertThat(missed.getValue("fired_at")).isNull();
    assertThat(missed.getValue("job_id")).isNull();
    assertThat(missed.getString("reason")).contains("catch-up window of PT1H");
    JsonObject schedule = api.get(id);
    assertThat(schedule.getValue("last_fire_at")).isNull();
    assertThat(schedule.getInteger("consecutive_failures")).isZero();
    assertThat(schedule.getString("next_fire_at")).isEqualTo("2024-01-11T12:00:00.000Z");
  }

  @Test
  void fillsNothingInWhenSwitchedOnAgain() {
    String id =
        api.create("workflow", "w", "cron_expr", "0 * * * *", "enabled", false).getString("id");
    clock.set(Instant.parse("2024-01-08T12:10:00Z"));
    api.ok("update", input("id", id, "enabled", true));
    firing.fireBatch().await().atMost(LIMIT);

    assertThat(api.occurrences(id)).isEmpty();
    assertThat(api.get(id).getString("next_fire_at")).isEqualTo("2024-01-08T13:00:00.000Z");
  }

  @Test
  void catchesUpAfterASilenceOfTheBroker() {
    String id = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
    UUID first = fire(id, "2024-01-08T11:00:00.000Z");
    UUID second = fire(id, "2024-01-08T12:00:00.000Z");
    UUID third = Ids.named(UUID.fromString(id), "2024-01-08T13:00:00.000Z");
    broker.mode(Mode.SILENCE);
    try {
      finished(id, first, JobOutcome.FAILED, "it broke");
      rejected(id, second, "workflow_not_found", "There is no workflow w");
      clock.set(Instant.parse("2024-01-08T13:00:00Z"));
      kafka.awaitNoMembers("schedule-service.job-finished");
      kafka.awaitNoMembers("schedule-service.job-rejected");
    } finally {
      broker.mode(Mode.PASS);
    }
    Eventually.passes(
        () -> assertThat(api.get(id).getInteger("consecutive_failures")).isEqualTo(2));
    kafka.await("job-requested", 1, LIMIT, KafkaTestClient.withKey(third.toString()));
  }

  @Test
  void countsEndsAndForgetsThemAfterASuccess() {
    String id = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
    UUID first = fire(id, "2024-01-08T11:00:00.000Z");
    finished(id, first, JobOutcome.FAILED, "it broke");
    awaitFailures(id, 1, "it broke");
    UUID second = fire(id, "2024-01-08T12:00:00.000Z");
    rejected(id, second, "workflow_not_found", "There is no workflow w");
    awaitFailures(id, 2, "workflow_not_found: There is no workflow w");
    assertThat(api.get(id).getString("last_job_id")).isEqualTo(first.toString());
    UUID third = fire(id, "2024-01-08T13:00:00.000Z");
    finished(id, third, JobOutcome.COMPLETED, null);
    awaitFailures(id, 0, null);

    assertThat(api.occurrences(id))
        .extracting(
            o ->
                o.getString("outcome")
                    + " "
                    + o.getValue("job_id")
                    + " "
                    + o.getValue("job_status"))
        .containsExactly(
            "succeeded " + third + " completed",
            "rejected null null",
            "failed " + first + " failed");
  }

  @Test
  void countsAnEndOnceHoweverOftenItIsDelivered() {
    String id = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
    UUID job = fire(id, "2024-01-08T11:00:00.000Z");
    finished(id, job, JobOutcome.FAILED, "it broke");
    finished(id, job, JobOutcome.FAILED, "it broke");
    finished(id, job, JobOutcome.COMPLETED, null);
    UUID next = fire(id, "2024-01-08T12:00:00.000Z");
    finished(id, next, JobOutcome.FAILED, "again");

    awaitFailures(id, 2, "again");
  }

  @Test
  void startsAJobByHandAlsoWhileSwitchedOff() {
    String id =
        api.create("workflow", "w", "cron_expr", "0 * * * *", "enabled", false).getString("id");
    UUID job = UUID.fromString(api.ok("trigger", input("id", id)).getString("job_id"));
    JobRequested request = onlyRequest(job);

    assertThat(request.source()).isEqualTo(JobSource.TRIGGER);
    assertThat(request.scheduleId()).isEqualTo(UUID.fromString(id));
    assertThat(api.get(id).getString("last_job_id")).isEqualTo(job.toString());
    finished(id, job, JobOutcome.FAILED, "by hand");
    awaitFailures(id, 1, "by hand");
  }

  @Test
  void ignoresEndsOfADeletedScheduleAndOfOtherJobs() {
    String id = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
    UUID job = fire(id, "2024-01-08T11:00:00.000Z");
    api.ok("delete", input("id", id));
    finished(id, job, JobOutcome.FAILED, "too late");
    finished(null, UUID.randomUUID(), JobOutcome.FAILED, "made over HTTP");
    String other = api.create("workflow", "w", "cron_expr", "0 * * * *").getString("id");
    UUID last = fire(other, "2024-01-08T12:00:00.000Z");
    finished(other, last, JobOutcome.FAILED, "seen");

    awaitFailures(other, 1, "seen");
    assertThat(deadLetters(job)).isEmpty();
  }

  @Test
  void saysSoWhenTheSecretOfItsCallbackCannotBeOpened() {
    String id =
        api.create(
                "workflow",
                "w",
                "cron_expr",
                "0 * * * *",
                "callback_url",
                "https://example.com/cb",
                "callback_secret",
                "s")
            .getString("id");
    ScheduleApi.execute(
        "UPDATE schedule SET callback_secret_sealed = 'v1.gone.' || repeat('A', 60)");
    clock.set(Instant.parse("2024-01-08T11:00:00Z"));

    awaitFailures(id, 1, "the job could not be requested: no key with id gone is configured");
    assertThat(api.occurrences(id).get(0).getString("outcome")).isEqualTo("rejected");
    assertThat(api.get(id).getString("next_fire_at")).isEqualTo("2024-01-08T12:00:00.000Z");
  }

  private UUID fire(String id, String nominal) {
    clock.set(Instant.parse(nominal));
    UUID job = Ids.named(UUID.fromString(id), nominal);
    onlyRequest(job);
    return job;
  }

  private JobRequested onlyRequest(UUID jobId) {
    List<ConsumerRecord<byte[], byte[]>> found =
        kafka.await("job-requested", 1, LIMIT, KafkaTestClient.withKey(jobId.toString()));
    assertThat(found).hasSize(1);
    return EventCodec.decode(EventType.JOB_REQUESTED, found.get(0).value());
  }

  private List<ConsumerRecord<byte[], byte[]>> deadLetters(UUID job) {
    return kafka.all("job-finished.dead-letter", KafkaTestClient.withKey(job.toString()));
  }

  private void awaitFailures(String id, int failures, @Nullable String error) {
    Eventually.passes(
        () -> {
          JsonObject schedule = api.get(id);
          assertThat(schedule.getInteger("consecutive_failures")).isEqualTo(failures);
          assertThat(schedule.getString("last_error")).isEqualTo(error);
        });
  }

  private void finished(
      @Nullable String schedule, UUID job, JobOutcome status, @Nullable String error) {
    Instant now = clock.instant();
    JobFinished event =
        new JobFinished(
            job,
            api.tenant(),
            "w",
            UUID.randomUUID(),
            1,
            status,
            null,
            error,
            null,
            null,
            null,
            schedule == null ? null : UUID.fromString(schedule),
            now,
            now,
            now,
            now,
            false,
            null);
    send(EventType.JOB_FINISHED, job, EventCodec.encode(EventType.JOB_FINISHED, event));
  }

  private void rejected(String schedule, UUID job, String reason, String message) {
    JobRejected event =
        new JobRejected(
            job,
            api.tenant(),
            "w",
            UUID.fromString(schedule),
            clock.instant(),
            reason,
            message,
            clock.instant());
    send(EventType.JOB_REJECTED, job, EventCodec.encode(EventType.JOB_REJECTED, event));
  }

  private void send(EventType<?> type, UUID job, byte[] body) {
    kafka.send(
        type.topic(),
        job.toString(),
        body,
        Map.of(
            CloudEventHeaders.TYPE, type.ceType(),
            CloudEventHeaders.ID, Ids.named(job, type.ceType()).toString()));
  }
}
