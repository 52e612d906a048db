package io.impresario.job.limits;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** A tenant has as many jobs waiting as it may, no more, and others do not feel it. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class QueueCapIT {
  /** More than the pool has connections. */
  private static final int CLIENTS = 40;

  private final JobApi api = new JobApi();

  @Inject QueueCountFolder folder;

  @Test
  void takesExactlyAsManyAsTheCapAllows() throws Exception {
    JobTable.limit(api.tenant(), 0, 25);
    assertThat(Collections.frequency(statuses(many(api, CLIENTS)), 200)).isEqualTo(25);
    assertThat(waiting()).isEqualTo(25);
    assertThat(counted()).isEqualTo(25);
  }

  @Test
  void leavesConnectionsToOtherTenantsWhileOnesCreatesWait() throws Exception {
    JobTable.limit(api.tenant(), 0, CLIENTS);
    List<Future<Integer>> waiting;
    try (Connection other = TestServers.get().connect("job")) {
      other.setAutoCommit(false);
      try (PreparedStatement lock =
          other.prepareStatement(
              "SELECT pg_advisory_xact_lock(hashtextextended('queue-cap:' || ?, 0))")) {
        lock.setString(1, api.tenant().toString());
        lock.execute();
      }
      waiting = many(api, CLIENTS);
      Eventually.isTrue(
          "creates wait for the tenant's turn",
          () ->
              JobTable.number(
                      "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                          + " AND NOT granted")
                  > 0);
      JobApi neighbour = new JobApi();
      assertThat(neighbour.createWorkflow("echo")).isNotNull();
      other.rollback();
    }
    assertThat(statuses(waiting)).hasSize(CLIENTS).containsOnly(200);
  }

  @Test
  void countsWhateverHappensToAWaitingJob() {
    JobTable.limit(api.tenant(), 0, null);
    List<UUID> jobs = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      jobs.add(api.createWorkflow("echo"));
    }
    assertThat(counted()).isEqualTo(6);
    api.call("cancel", "{\"id\":\"" + jobs.get(0) + "\"}");
    JobTable.runElsewhere(jobs.get(1), UUID.randomUUID(), 600);
    JobTable.update("DELETE FROM jobs WHERE id = ?", jobs.get(2));
    assertThat(counted()).isEqualTo(3);
    JobTable.update(
        "UPDATE jobs SET status = 'queued', owner = NULL, lease_expires_at = NULL,"
            + " claimed_at = NULL, started_at = NULL WHERE id = ?",
        jobs.get(1));
    assertThat(counted()).isEqualTo(4).isEqualTo(waiting());
    JobTable.update("UPDATE queued_jobs SET backend = -backend WHERE tenant_id = ?", api.tenant());
    folder.fold().await().atMost(Eventually.LIMIT);
    assertThat(counted()).as("after the backends are gone").isEqualTo(4);
    assertThat(JobTable.column("SELECT backend FROM queued_jobs WHERE tenant_id = ?", api.tenant()))
        .containsExactly("0");
  }

  @Test
  void readsNoJobToCountThem() {
    String plan =
        String.join(
            "\n",
            JobTable.column(
                "EXPLAIN "
                    + QueueCap.CAP_AND_COUNT
                        .replace("$1", "'" + api.tenant() + "'")
                        .replace("$2", "1")));
    assertThat(plan).contains("queued_jobs").doesNotContainPattern("on jobs\\b");
  }

  private static List<Future<Integer>> many(JobApi tenant, int creates) {
    ExecutorService clients = Executors.newFixedThreadPool(creates);
    List<Future<Integer>> answers = new ArrayList<>();
    for (int i = 0; i < creates; i++) {
      answers.add(
          clients.submit(() -> tenant.call("create", "{\"workflow\":\"echo\"}").statusCode()));
    }
    clients.shutdown();
    return answers;
  }

  private static List<Integer> statuses(List<Future<Integer>> answers) throws Exception {
    List<Integer> statuses = new ArrayList<>();
    for (Future<Integer> answer : answers) {
      statuses.add(answer.get());
    }
    return statuses;
  }

  private int waiting() {
    return JobTable.number(
        "SELECT count(*) FROM jobs WHERE tenant_id = ? AND status = 'queued'", api.tenant());
  }

  private int counted() {
    return JobTable.number(
        "SELECT coalesce(sum(waiting), 0) FROM queued_jobs WHERE tenant_id = ?", api.tenant());
  }
}
