package io.impresario.job.lease;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.job.lease.OverdueJobs.Found;
import io.impresario.job.lease.OverdueJobs.Verdict;
import io.impresario.job.ledger.Guard;
import io.impresario.job.lifecycle.FailureCode;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.UUID;

/**
 * Ends jobs whose owner is silent as executor_lost; a browser run is never repeated on its own. Any
 * replica does it for all.
 */
@ApplicationScoped
class LeaseReaper {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** Not what this instance itself runs: it lives, whatever the clock says (of a laptop asleep). */
  private static final String EXPIRED =
      """
      SELECT id, attempt, status, cancel_requested_at IS NOT NULL AS cancel_requested FROM jobs
       WHERE active AND lease_expires_at < clock_timestamp()
         AND NOT (owner = $1 AND id = ANY ($2::uuid[]))
      """;

  private static final String OF_PREDECESSOR =
      """
      SELECT id, attempt, status, cancel_requested_at IS NOT NULL AS cancel_requested FROM jobs
       WHERE active AND owner = $1
      """;

  private final OverdueJobs overdue;
  private final LeaseRenewer renewer;
  private final Instance instance;
  private final ActiveRuns runs;
  private volatile boolean predecessorDone;

  LeaseReaper(OverdueJobs overdue, LeaseRenewer renewer, Instance instance, ActiveRuns runs) {
    this.overdue = overdue;
    this.renewer = renewer;
    this.instance = instance;
    this.runs = runs;
    this.predecessorDone = instance.predecessor().isEmpty();
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("lease-reaper", EVERY, this::sweep)
            .withFirst(Duration.ZERO)
            .withMaxPause(EVERY));
  }

  Uni<Round> sweep() {
    return predecessor().chain(this::expired);
  }

  private Uni<Round> predecessor() {
    if (predecessorDone) {
      return Uni.createFrom().item(Round.done());
    }
    UUID before = instance.predecessor().orElseThrow();
    return overdue
        .find(OF_PREDECESSOR, Tuple.tuple().addUUID(before))
        .flatMap(
            found ->
                overdue
                    .end(found.stream().map(job -> leftBehind(job, before)).toList())
                    .invoke(() -> predecessorDone = found.isEmpty()));
  }

  private Uni<Round> expired() {
    if (!renewer.settled()) {
      return Uni.createFrom().item(Round.done());
    }
    UUID[] ours = runs.all().stream().map(ActiveRun::jobId).toArray(UUID[]::new);
    return overdue
        .find(EXPIRED, Tuple.of(instance.id()).addArrayOfUUID(ours))
        .flatMap(found -> overdue.end(found.stream().map(LeaseReaper::silent).toList()));
  }

  private static Verdict silent(Found job) {
    return new Verdict(
        job,
        OverdueJobs.cancelledOr(
            job,
            FailureCode.EXECUTOR_LOST,
            "The service that ran this job has not been heard of since its lease ran out"),
        Guard.leaseExpired(job.attempt()));
  }

  private static Verdict leftBehind(Found job, UUID owner) {
    return new Verdict(
        job,
        OverdueJobs.cancelledOr(
            job, FailureCode.EXECUTOR_LOST, "The service that ran this job was restarted"),
        Guard.owner(owner, job.attempt()));
  }
}
