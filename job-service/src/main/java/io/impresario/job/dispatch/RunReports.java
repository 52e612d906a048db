package io.impresario.job.dispatch;

import io.impresario.job.executor.RunListener;
import io.impresario.job.lease.Instance;
import io.impresario.job.ledger.Guard;
import io.impresario.job.ledger.JobLedger;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import org.jboss.logging.Logger;

/**
 * Brings what runs report into the ledger, however long the database is away. Every report names
 * attempt and owner, so the report of a run that was given up changes nothing.
 */
@ApplicationScoped
class RunReports {
  private static final Logger LOG = Logger.getLogger(RunReports.class);
  private static final Duration FIRST_BACKOFF = Duration.ofMillis(100);
  private static final Duration MAX_BACKOFF = Duration.ofSeconds(2);

  /** Characters that are read in less than a millisecond. */
  private static final int INLINE_RESULT = 64 * 1024;

  private static final String KEEP_ARTIFACT =
      """
      INSERT INTO job_artifacts (job_id, kind, file) VALUES ($1, $2, $3)
      ON CONFLICT (job_id, kind) DO UPDATE SET file = EXCLUDED.file
      """;

  private final JobLedger ledger;
  private final Instance instance;
  private final Pool pool;
  private final DispatchConfig config;

  RunReports(JobLedger ledger, Instance instance, Pool pool, DispatchConfig config) {
    this.ledger = ledger;
    this.instance = instance;
    this.pool = pool;
    this.config = config;
  }

  Uni<Boolean> browserReady(ClaimedJob job) {
    return persistently(ledger.browserReady(job.id(), job.attempt(), instance.id()));
  }

  /** Gives the launch so much time from now on. */
  Uni<Boolean> allow(ClaimedJob job, Duration limit) {
    return persistently(ledger.allow(job.id(), job.attempt(), instance.id(), limit));
  }

  Uni<Boolean> started(ClaimedJob job) {
    return persistently(ledger.started(job.id(), job.attempt(), instance.id()));
  }

  Uni<Boolean> artifact(ClaimedJob job, RunListener.Artifact artifact) {
    Tuple row =
        Tuple.of(
            job.id(), artifact.kind().name().toLowerCase(Locale.ROOT), artifact.file().toString());
    return pool.preparedQuery(KEEP_ARTIFACT)
        .execute(row)
        .replaceWith(true)
        .onFailure()
        .invoke(e -> LOG.warnf("artifact.not_kept job_id=%s reason=\"%s\"", job.id(), e))
        .onFailure()
        .recoverWithItem(false);
  }

  /**
   * Whether this end, or its cancel that was asked for meanwhile, was written; a false means that
   * somebody else had ended the job.
   */
  Uni<Boolean> ended(ClaimedJob job, JobEnd end) {
    return consumable(end).flatMap(one -> recorded(job, one));
  }

  /** Large results are read off the event loop, which other runs depend on. */
  private static Uni<JobEnd> consumable(JobEnd end) {
    if (!(end instanceof JobEnd.Completed completed)) {
      return Uni.createFrom().item(end);
    }
    Uni<JobEnd> judged = Uni.createFrom().item(() -> RunVerdict.consumable(completed));
    return completed.result().length() <= INLINE_RESULT
        ? judged
        : judged.runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }

  private Uni<Boolean> recorded(ClaimedJob job, JobEnd end) {
    return persistently(write(job, end))
        .onFailure()
        .recoverWithUni(failure -> persistently(write(job, unstorable(job, failure))));
  }

  /** Gives the job back to the queue, or ends it when it may not wait again. */
  Uni<Boolean> notLaunched(ClaimedJob job, JobEnd end) {
    return persistently(
            ledger.giveBack(job.id(), job.attempt(), instance.id(), config.maxLaunches()))
        .flatMap(given -> given ? Uni.createFrom().item(true) : ended(job, end));
  }

  private Uni<Boolean> write(ClaimedJob job, JobEnd end) {
    Guard guard = Guard.owner(instance.id(), job.attempt());
    return ledger
        .end(job.id(), end, guard)
        .flatMap(
            made ->
                made || end instanceof JobEnd.Cancelled
                    ? Uni.createFrom().item(made)
                    : ledger.end(
                        job.id(),
                        new JobEnd.Cancelled(),
                        Guard.ownerOfCancelled(instance.id(), job.attempt())));
  }

  /** Something about this end can never be stored; the job still has to end. */
  private static JobEnd unstorable(ClaimedJob job, Throwable failure) {
    LOG.errorf(failure, "job.end_not_storable job_id=%s", job.id());
    return new JobEnd.Failed(
        FailureCode.EXECUTOR_LOST, "The end of the run could not be recorded", null);
  }

  private static Uni<Boolean> persistently(Uni<Boolean> write) {
    return write
        .onFailure(SqlFault::passes)
        .retry()
        .withBackOff(FIRST_BACKOFF, MAX_BACKOFF)
        .indefinitely();
  }
}
