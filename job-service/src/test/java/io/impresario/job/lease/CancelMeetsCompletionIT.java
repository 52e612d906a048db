package io.impresario.job.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.job.lease.JobCancellation.Outcome;
import io.impresario.job.ledger.Guard;
import io.impresario.job.ledger.JobLedger;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;

/** A cancel and a completion that meet end the job in exactly one of the two ways. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class CancelMeetsCompletionIT {
  private static final int JOBS = 3000;
  private static final int TOGETHER = 60;
  private static final long SEED = 20_261_122;

  private static final String INSERT_RUNNING =
      """
      INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
        source, params, spec, credential_names, status, attempt, owner, lease_expires_at, claimed_at, started_at, due_at)
      SELECT gen_random_uuid(), ?::uuid, 'race', ?::uuid, ?::uuid, 1, 'api', '{}', '%s', '{}', 'running', 1, ?::uuid, now() + interval '1 hour', now(), now(),
             now() + interval '1 hour'
        FROM generate_series(1, ?)
      """
          .formatted(JobTable.SPEC);

  @Inject JobLedger ledger;
  @Inject JobCancellation cancellation;

  private final JobApi api = new JobApi();
  private final UUID owner = UUID.randomUUID();

  /** What both sides were told about one job. */
  private record Told(UUID job, boolean completed, Outcome cancel, boolean cancelledByOwner) {}

  @Test
  void exactlyOneOfThemIsTheEnd() {
    UUID tenant = api.tenant();
    JobTable.update(INSERT_RUNNING, tenant, tenant, tenant, owner, JOBS);
    List<UUID> jobs =
        JobTable.column("SELECT id FROM jobs WHERE tenant_id = ? ORDER BY id", tenant).stream()
            .map(UUID::fromString)
            .toList();
    Random random = new Random(SEED);
    List<Told> told = new ArrayList<>();
    for (int from = 0; from < JOBS; from += TOGETHER) {
      List<Uni<Told>> races =
          jobs.subList(from, from + TOGETHER).stream().map(job -> race(job, random)).toList();
      told.addAll(Uni.join().all(races).andFailFast().await().atMost(Eventually.LIMIT));
    }
    Set<String> completed =
        Set.copyOf(
            JobTable.column(
                "SELECT id FROM jobs WHERE tenant_id = ? AND status = 'completed'", tenant));
    Set<String> cancelled =
        Set.copyOf(
            JobTable.column(
                "SELECT id FROM jobs WHERE tenant_id = ? AND status = 'cancelled'", tenant));
    told.forEach(one -> check(one, one.completed() ? completed : cancelled));
    assertThat(told.stream().filter(Told::completed).count()).isBetween(1L, JOBS - 1L);
    assertThat(
            JobTable.number(
                """
                SELECT count(*) FROM job_timeline JOIN jobs ON jobs.id = job_id
                 WHERE tenant_id = ? AND event = 'ended'
                """,
                tenant))
        .isEqualTo(JOBS);
    assertThat(nothingArrivesLater(jobs)).isZero();
    assertThat(
            JobTable.number(
                "SELECT count(*) FROM jobs WHERE tenant_id = ? AND status = 'completed'", tenant))
        .isEqualTo(completed.size());
    assertThat(eventIds(jobs)).hasSize(JOBS).allSatisfy((job, ids) -> assertThat(ids).hasSize(1));
  }

  /** How many of the reports that a slow owner may still have were written. */
  private long nothingArrivesLater(List<UUID> jobs) {
    JobEnd.Failed failed = new JobEnd.Failed(FailureCode.USER_ERROR, "late", null);
    List<Uni<Boolean>> late = new ArrayList<>();
    for (UUID job : jobs.subList(0, TOGETHER)) {
      Guard guard = Guard.owner(owner, 1);
      late.add(ledger.browserReady(job, 1, owner));
      late.add(ledger.started(job, 1, owner));
      late.add(ledger.end(job, new JobEnd.Completed("2"), guard));
      late.add(ledger.end(job, failed, guard));
      late.add(ledger.end(job, new JobEnd.Cancelled(), guard));
      late.add(ledger.requestCancel(api.tenant(), job));
    }
    List<Boolean> written = Uni.join().all(late).andFailFast().await().atMost(Eventually.LIMIT);
    return written.stream().filter(made -> made).count();
  }

  private static Map<String, Set<String>> eventIds(List<UUID> jobs) {
    Set<String> keys = jobs.stream().map(UUID::toString).collect(Collectors.toSet());
    Map<String, Set<String>> ids = new HashMap<>();
    Eventually.passes(() -> assertThat(JobTable.number("SELECT count(*) FROM outbox")).isZero());
    try (KafkaTestClient kafka = new KafkaTestClient(TestServers.get().kafkaBootstrap())) {
      for (ConsumerRecord<byte[], byte[]> record : kafka.all("job-finished", any -> true)) {
        String job = new String(record.key(), StandardCharsets.UTF_8);
        if (keys.contains(job)) {
          ids.computeIfAbsent(job, key -> new HashSet<>())
              .add(KafkaTestClient.header(record, "ce_id").orElseThrow());
        }
      }
    }
    return ids;
  }

  /** The two start in either order, up to a millisecond and a half apart. */
  private Uni<Told> race(UUID job, Random random) {
    Uni<Boolean> complete =
        delayed(random, ledger.end(job, new JobEnd.Completed("1"), Guard.owner(owner, 1)));
    Uni<Outcome> cancel = delayed(random, cancellation.cancel(api.tenant(), job));
    return Uni.combine()
        .all()
        .unis(complete, cancel)
        .asTuple()
        .flatMap(
            both ->
                both.getItem1()
                    ? Uni.createFrom().item(new Told(job, true, both.getItem2(), false))
                    : ledger
                        .end(job, new JobEnd.Cancelled(), Guard.owner(owner, 1))
                        .map(made -> new Told(job, false, both.getItem2(), made)));
  }

  private static <T> Uni<T> delayed(Random random, Uni<T> step) {
    int micros = random.nextInt(1500);
    return Uni.createFrom()
        .voidItem()
        .onItem()
        .delayIt()
        .by(Duration.ofNanos(1 + micros * 1000L))
        .chain(() -> step);
  }

  private static void check(Told told, Set<String> endedSo) {
    assertThat(endedSo).contains(told.job().toString());
    if (told.completed()) {
      assertThat(told.cancel()).isEqualTo(Outcome.ENDED_BEFORE);
    } else {
      assertThat(told.cancel()).isEqualTo(Outcome.STOPPING);
      assertThat(told.cancelledByOwner()).isTrue();
    }
  }
}
