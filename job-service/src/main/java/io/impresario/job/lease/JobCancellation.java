package io.impresario.job.lease;

import io.impresario.job.ledger.Guard;
import io.impresario.job.ledger.JobLedger;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.job.lifecycle.JobStatus;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Iterator;
import java.util.UUID;

/**
 * Cancels a job in three guarded steps, each of which supposes another state: end it while nobody
 * has claimed it, else ask its owner, else see how it ended. A job can only move forward past them,
 * so none is missed.
 */
@ApplicationScoped
class JobCancellation {
  private static final String STATUS = "SELECT status FROM jobs WHERE id = $1 AND tenant_id = $2";

  private final Pool pool;
  private final JobLedger ledger;
  private final ActiveRuns runs;

  JobCancellation(Pool pool, JobLedger ledger, ActiveRuns runs) {
    this.pool = pool;
    this.ledger = ledger;
    this.runs = runs;
  }

  /** What became of the wish. */
  enum Outcome {
    CANCELLED,
    STOPPING,
    ENDED_BEFORE,
    UNKNOWN_JOB
  }

  Uni<Outcome> cancel(UUID tenant, UUID job) {
    return ledger
        .end(job, new JobEnd.Cancelled(), Guard.unclaimed(tenant))
        .flatMap(
            made -> made ? Uni.createFrom().item(Outcome.CANCELLED) : cancelClaimed(tenant, job));
  }

  private Uni<Outcome> cancelClaimed(UUID tenant, UUID job) {
    return ledger
        .requestCancel(tenant, job)
        .flatMap(
            made -> {
              if (made) {
                runs.find(job).ifPresent(ActiveRun::cancel);
                return Uni.createFrom().item(Outcome.STOPPING);
              }
              return howItStands(tenant, job);
            });
  }

  private Uni<Outcome> howItStands(UUID tenant, UUID job) {
    return pool.preparedQuery(STATUS)
        .execute(Tuple.of(job, tenant))
        .map(rows -> outcome(rows.iterator()));
  }

  private static Outcome outcome(Iterator<Row> rows) {
    if (!rows.hasNext()) {
      return Outcome.UNKNOWN_JOB;
    }
    JobStatus status = JobStatus.of(rows.next().getString("status"));
    if (status == JobStatus.CANCELLED) {
      return Outcome.CANCELLED;
    }
    return status.ended() ? Outcome.ENDED_BEFORE : Outcome.STOPPING;
  }
}
