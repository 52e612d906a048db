package io.impresario.job.lease;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.job.lease.OverdueJobs.Found;
import io.impresario.job.lease.OverdueJobs.Verdict;
import io.impresario.job.ledger.Guard;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.job.lifecycle.JobStatus;
import io.impresario.sql.Values;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/**
 * Ends jobs whose time is over, whoever owns them: waited too long, not started in time, running
 * past the deadline, or cancelled and still there. The owner learns of it by its next look and
 * kills what it runs. A job that was not started because its owner is gone is left to {@link
 * LeaseReaper}, which says so.
 */
@ApplicationScoped
class DeadlineWatchdog {
  private static final Duration EVERY = Duration.ofSeconds(1);

  private static final String OVERDUE =
      """
      SELECT id, attempt, status, false AS cancel_requested FROM jobs
       WHERE status = 'queued' AND due_at < clock_timestamp()
      UNION ALL
      SELECT id, attempt, status, cancel_requested_at IS NOT NULL FROM jobs
       WHERE active
         AND (cancel_requested_at < clock_timestamp() - make_interval(secs => $2)
              OR (cancel_requested_at IS NULL
                  AND CASE status
                    WHEN 'running' THEN due_at < clock_timestamp() - make_interval(secs => $1)
                    ELSE due_at < clock_timestamp() AND lease_expires_at >= clock_timestamp() END))
      """;

  private final OverdueJobs overdue;
  private final LeaseConfig config;
  private final LeaseRenewer renewer;

  DeadlineWatchdog(OverdueJobs overdue, LeaseConfig config, LeaseRenewer renewer) {
    this.overdue = overdue;
    this.config = config;
    this.renewer = renewer;
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("deadline-watchdog", EVERY, this::sweep)
            .withFirst(Duration.ZERO)
            .withMaxPause(EVERY));
  }

  Uni<Round> sweep() {
    if (renewer.recovering()) {
      // Runs that ended in time while the database was away are about to be reported.
      return Uni.createFrom().item(Round.done());
    }
    Tuple values =
        Tuple.of(Values.seconds(config.deadlineGrace()), Values.seconds(config.cancelLimit()));
    return overdue
        .find(OVERDUE, values)
        .flatMap(found -> overdue.end(found.stream().map(this::verdict).toList()));
  }

  private Verdict verdict(Found job) {
    if (job.cancelRequested()) {
      return new Verdict(
          job, new JobEnd.Cancelled(), Guard.cancelOverdue(job.attempt(), config.cancelLimit()));
    }
    return switch (JobStatus.of(job.status())) {
      case QUEUED ->
          overdue(
              job,
              FailureCode.QUEUE_EXPIRED,
              "The job waited in the queue for longer than its queue_ttl_seconds",
              Duration.ZERO);
      case STARTING_BROWSER ->
          overdue(
              job,
              FailureCode.LAUNCH_FAILED,
              "The browser and the workflow were not started in time",
              Duration.ZERO);
      case RUNNING ->
          overdue(
              job,
              FailureCode.TIMEOUT,
              "The job did not end within its timeout_seconds",
              config.deadlineGrace());
      case COMPLETED, FAILED, CANCELLED ->
          throw new IllegalStateException("an ended job has no due time: " + job.id());
    };
  }

  private static Verdict overdue(Found job, FailureCode code, String error, Duration by) {
    return new Verdict(job, new JobEnd.Failed(code, error, null), Guard.overdue(job.attempt(), by));
  }
}
