package io.impresario.job.lease;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jboss.logging.Logger;

/**
 * Renews all leases of this instance in one statement every 5 s. What the statement does not find
 * was taken from us and is stopped. Between two renewals it knows, by a clock that nobody can set,
 * whether the last one is still good: after a pause of the whole process nothing may be said about
 * a job before a renewal has confirmed that it is still ours.
 */
@ApplicationScoped
public class LeaseRenewer {
  private static final Logger LOG = Logger.getLogger(LeaseRenewer.class);
  private static final Duration LIMIT = Duration.ofSeconds(4);

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

  LeaseRenewer(Pool pool, Instance instance, ActiveRuns runs, LeaseConfig config) {
    this.pool = pool;
    this.instance = instance;
    this.runs = runs;
    this.lease = config.duration();
    this.reachability =
        new Reachability(lease, config.renewalInterval().plus(MARGIN), System::nanoTime);
  }

  @Scheduled(
      every = "{impresario.lease.renewal-interval}",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  Uni<Void> renew() {
    List<ActiveRun> before = runs.all();
    UUID[] ids = before.stream().map(ActiveRun::jobId).toArray(UUID[]::new);
    long asked = System.nanoTime();
    return pool.preparedQuery(RENEW)
        .execute(Tuple.of(instance.id(), lease.toMillis() / 1000.0).addArrayOfUUID(ids))
        .ifNoItem()
        .after(LIMIT)
        .fail()
        .invoke(rows -> renewed(asked, before, rows))
        .replaceWithVoid()
        .onFailure()
        .recoverWithUni(this::failed);
  }

  /** Whether our leases are certainly good at this moment. */
  public boolean fresh() {
    return reachability.fresh();
  }

  /** Ends at once while leases are fresh, else with the next renewal. */
  public CompletionStage<Void> whenFresh() {
    return fresh() ? CompletableFuture.completedFuture(null) : nextRenewal;
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

  private Uni<Void> failed(Throwable failure) {
    reachability.failed();
    LOG.warnf("lease.not_renewed active=%d reason=\"%s\"", runs.all().size(), failure);
    return Uni.createFrom().voidItem();
  }
}
