package io.impresario.job.lease;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.sql.BoundedPools;
import io.impresario.sql.Bounds;
import io.impresario.sql.Values;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Renews all leases of this instance in one statement every 5 s. What the statement does not find
 * was taken from us and is stopped. Between two renewals it knows, by a clock that nobody can set,
 * whether the last one is still good: after a pause of the whole process nothing may be said about
 * a job before a renewal has confirmed that it is still ours. It has connections of its own, so
 * that a pool that is used up elsewhere loses no job.
 */
@ApplicationScoped
public class LeaseRenewer {
  /** Then another connection is tried: three tries fit into a lease. */
  private static final Duration LIMIT = Duration.ofSeconds(4);

  /** A renewal that failed is repeated at least this often. */
  private static final Duration MAX_PAUSE = Duration.ofSeconds(1);

  /**
   * A renewal takes milliseconds. Idle connections are retired after three quarters of the limit on
   * silence, which is longer than the interval between two renewals.
   */
  private static final Bounds BOUNDS =
      new Bounds(
          Duration.ofSeconds(3),
          Duration.ofSeconds(3),
          Duration.ofSeconds(8),
          Duration.ofSeconds(3));

  /** One in use, and one for the next try while the first is silent. */
  private static final int CONNECTIONS = 2;

  /** What a renewal may take longer than the interval between two. */
  private static final Duration MARGIN = Duration.ofSeconds(2);

  /** Only what we know to run: a claim whose answer was lost on its way is nobody's. */
  private static final String RENEW =
      """
      UPDATE jobs SET lease_expires_at = clock_timestamp() + make_interval(secs => $2)
       WHERE id = ANY ($3::uuid[]) AND owner = $1 AND active
      RETURNING id
      """;

  private final Pool pool;
  private final Instance instance;
  private final ActiveRuns runs;
  private final Duration lease;
  private final Reachability reachability;
  private volatile CompletableFuture<Void> nextRenewal = new CompletableFuture<>();

  LeaseRenewer(
      BoundedPools pools, Vertx vertx, Instance instance, ActiveRuns runs, LeaseConfig config) {
    this.pool = pools.another(vertx, "leases", CONNECTIONS, BOUNDS);
    this.instance = instance;
    this.runs = runs;
    this.lease = config.duration();
    this.reachability =
        new Reachability(lease, config.renewalInterval().plus(MARGIN), System::nanoTime);
  }

  void start(@Observes StartupEvent event, Duties duties, LeaseConfig config) {
    duties.start(
        DutySpec.of("lease-renewer", config.renewalInterval(), this::renew)
            .withFirst(Duration.ZERO)
            .withMaxPause(MAX_PAUSE));
  }

  @PreDestroy
  void close() {
    pool.closeAndForget();
  }

  Uni<Round> renew() {
    List<ActiveRun> before = runs.all();
    UUID[] ids = before.stream().map(ActiveRun::jobId).toArray(UUID[]::new);
    long asked = System.nanoTime();
    return pool.preparedQuery(RENEW)
        .execute(Tuple.of(instance.id(), Values.seconds(lease)).addArrayOfUUID(ids))
        .ifNoItem()
        .after(LIMIT)
        .fail()
        .invoke(rows -> renewed(asked, before, rows))
        .onFailure()
        .invoke(reachability::failed)
        .replaceWith(Round.done());
  }

  /** Whether our leases are certainly good at this moment. */
  public boolean fresh() {
    return reachability.fresh();
  }

  /** Runs the action at once while leases are fresh, else after the next renewal. */
  public void whenFresh(Runnable action) {
    if (fresh()) {
      action.run();
    } else {
      nextRenewal.thenRun(action);
    }
  }

  /** Whether an expired lease means that its owner is gone. */
  boolean settled() {
    return reachability.settled();
  }

  /** Whether owners may be about to report what happened during an outage of the database. */
  boolean recovering() {
    return reachability.recovering();
  }

  private void renewed(long asked, List<ActiveRun> before, RowSet<Row> rows) {
    Set<UUID> ours = new HashSet<>();
    rows.forEach(row -> ours.add(row.getUUID("id")));
    before.stream().filter(run -> !ours.contains(run.jobId())).forEach(ActiveRun::lose);
    reachability.worked(asked);
    CompletableFuture<Void> waiting = nextRenewal;
    nextRenewal = new CompletableFuture<>();
    waiting.complete(null);
  }
}
