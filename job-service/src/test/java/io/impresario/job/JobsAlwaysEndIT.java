package io.impresario.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What holds for a job when others fall silent, take too long, ask twice or want too much. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class JobsAlwaysEndIT {
  private static final Duration WATCHDOG = Duration.ofSeconds(8);
  private final JobApi api = new JobApi();

  @Test
  void endsARunPastItsDeadlineAlthoughItsExecutorIsDeaf() {
    UUID id = api.createWorkflow("deaf");
    api.reaches(id, "running");
    int running = ScriptedExecutor.running();
    JobTable.update("UPDATE jobs SET due_at = now() - interval '3 seconds' WHERE id = ?", id);
    assertThat(failure(id)).isEqualTo("timeout");
    Eventually.isTrue("the run was killed", () -> ScriptedExecutor.running() < running);
  }

  @Test
  void endsARunPastItsDeadlineAlthoughItsServiceIsSilent() {
    JobTable.limit(api.tenant(), 0, null);
    UUID id = api.createWorkflow("echo");
    JobTable.runElsewhere(id, UUID.randomUUID(), 600);
    JobTable.update("UPDATE jobs SET due_at = now() - interval '3 seconds' WHERE id = ?", id);
    assertThat(failure(id)).isEqualTo("timeout");
  }

  @Test
  void takesTheTimeFromTheDatabaseWhateverTheExecutorsClockSays() {
    UUID id = api.createWorkflow("clockless");
    api.reaches(id, "running");
    assertThat(
            JobTable.number(
                "SELECT count(*) FROM jobs WHERE id = ? AND started_at >= claimed_at"
                    + " AND due_at - started_at < interval '1801 s'",
                id))
        .isEqualTo(1);
    api.call("cancel", "{\"id\":\"" + id + "\"}");
  }

  @Test
  void endsAStartThatTakesTooLong() {
    UUID id = api.createWorkflow("stuck");
    api.reaches(id, "starting_browser");
    JobTable.update("UPDATE jobs SET due_at = now() WHERE id = ?", id);
    assertThat(failure(id)).isEqualTo("launch_failed");
  }

  @Test
  void endsAJobThatWaitedTooLong() {
    JobTable.limit(api.tenant(), 0, null);
    UUID id = api.create("{\"workflow\":\"echo\",\"queue_ttl_seconds\":1}");
    assertThat(failure(id)).isEqualTo("queue_expired");
  }

  @Test
  void endsJobsWhoseOwnerIsSilent() {
    JobTable.limit(api.tenant(), 0, null);
    UUID silent = api.createWorkflow("echo");
    UUID alive = api.createWorkflow("echo");
    JobTable.runElsewhere(silent, UUID.randomUUID(), -1);
    JobTable.runElsewhere(alive, UUID.randomUUID(), 600);
    assertThat(failure(silent)).isEqualTo("executor_lost");
    assertThat(api.status(alive)).isEqualTo("running");
    api.call("cancel", "{\"id\":\"" + alive + "\"}");
    Eventually.isTrue("cancelled without its owner", () -> api.status(alive).equals("cancelled"));
  }

  @Test
  void stopsARunThatWasTakenAwayAndSaysNothingAboutIt() {
    UUID id = api.createWorkflow("hang");
    api.reaches(id, "running");
    int running = ScriptedExecutor.running();
    UUID other = UUID.randomUUID();
    JobTable.update(
        "UPDATE jobs SET owner = ?, lease_expires_at = now() + interval '1 hour' WHERE id = ?",
        other,
        id);
    Eventually.isTrue("the run was killed", () -> ScriptedExecutor.running() < running);
    assertThat(JobTable.column("SELECT owner FROM jobs WHERE id = ?", id))
        .containsExactly(other.toString());
    assertThat(api.status(id)).isEqualTo("running");
    JobTable.update("UPDATE jobs SET lease_expires_at = now() WHERE id = ?", id);
    assertThat(failure(id)).isEqualTo("executor_lost");
  }

  @Test
  void saysThatTheExecutorWasLost() {
    assertThat(failure(api.createWorkflow("lost"))).isEqualTo("executor_lost");
  }

  @Test
  void makesOneJobOfManyCreatesWithOneNonce() throws Exception {
    ExecutorService clients = Executors.newFixedThreadPool(64);
    try {
      List<Future<UUID>> answers = new ArrayList<>();
      for (int i = 0; i < 64; i++) {
        answers.add(clients.submit(() -> api.create("{\"workflow\":\"echo\",\"nonce\":\"one\"}")));
      }
      Set<UUID> ids = new HashSet<>();
      for (Future<UUID> answer : answers) {
        ids.add(answer.get());
      }
      assertThat(ids).hasSize(1);
      assertThat(JobTable.number("SELECT count(*) FROM jobs WHERE tenant_id = ?", api.tenant()))
          .isEqualTo(1);
    } finally {
      clients.shutdownNow();
    }
  }

  @Test
  void keepsTheLimitOfATenantAndExplains() {
    JobTable.limit(api.tenant(), 2, null);
    List<UUID> first = List.of(api.createWorkflow("hang"), api.createWorkflow("hang"));
    first.forEach(id -> api.reaches(id, "running"));
    UUID last = null;
    for (int i = 0; i < 8; i++) {
      last = api.createWorkflow("nap");
    }
    JsonPath why = api.call("explain", "{\"id\":\"" + last + "\"}").jsonPath();
    assertThat(why.getString("json.waits_for")).isEqualTo("tenant_limit");
    assertThat(why.getInt("json.position")).isEqualTo(8);
    assertThat(why.getInt("json.running")).isEqualTo(2);
    assertThat(why.getInt("json.limit_running")).isEqualTo(2);
    first.forEach(id -> api.call("cancel", "{\"id\":\"" + id + "\"}"));
    Eventually.isTrue("all ended", () -> ended() == 10);
    assertThat(
            JobTable.number(
                """
                SELECT max(together) FROM (
                  SELECT (SELECT count(*) FROM jobs b WHERE b.tenant_id = a.tenant_id
                           AND b.claimed_at <= a.claimed_at AND b.completed_at > a.claimed_at)
                    AS together FROM jobs a WHERE a.tenant_id = ?) counts
                """,
                api.tenant()))
        .isLessThanOrEqualTo(2);
  }

  @Test
  void refusesMoreThanTheQueueHolds() {
    JobTable.limit(api.tenant(), 0, 3);
    for (int i = 0; i < 3; i++) {
      api.createWorkflow("echo");
    }
    Response refused = api.call("create", "{\"workflow\":\"echo\"}");
    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(refused.header("retry-after")).isNotNull();
    assertThat(refused.jsonPath().getString("json.data.limit")).isEqualTo("tenant_queued");
    JobTable.limit(api.tenant(), null, null);
    Eventually.isTrue("a raised limit holds at once", () -> ended() == 3);
  }

  @Test
  void givesTheNextSlotToTheTenantThatRunsNothing() {
    JobTable.limit(api.tenant(), 0, null);
    for (int i = 0; i < 100; i++) {
      api.createWorkflow("nap");
    }
    JobTable.limit(api.tenant(), null, null);
    api.createWorkflow("nap");
    JobApi other = new JobApi();
    JobTable.limit(other.tenant(), 0, null);
    UUID first = other.createWorkflow("nap");
    JobTable.limit(other.tenant(), null, null);
    String released = JobTable.column("SELECT clock_timestamp()").get(0);
    other.ended(first);
    assertThat(
            JobTable.number(
                """
                SELECT count(*) FROM jobs a, jobs b
                 WHERE b.id = ? AND a.tenant_id = ? AND a.claimed_at > ?::timestamptz
                   AND a.claimed_at < b.claimed_at
                """,
                first,
                api.tenant(),
                released))
        .isLessThanOrEqualTo(4);
    Eventually.isTrue("all ended", () -> ended() == 101);
  }

  private int ended() {
    return JobTable.number(
        "SELECT count(*) FROM jobs WHERE tenant_id = ? AND completed_at IS NOT NULL", api.tenant());
  }

  private String failure(UUID id) {
    Eventually.isTrue(WATCHDOG, "failed", () -> api.status(id).equals("failed"));
    return api.get(id).getString("json.failure_code");
  }
}
