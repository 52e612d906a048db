package io.impresario.schedule.firing;

import io.impresario.outbox.Outbox;
import io.impresario.schedule.occurrence.Occurrence;
import io.impresario.schedule.occurrence.OccurrenceStore;
import io.impresario.sealing.KeyRing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Fires one batch of due schedules in one transaction. */
@ApplicationScoped
class ScheduleFiring {
  private final DueScheduleStore schedules;
  private final OccurrenceStore occurrences;
  private final Outbox outbox;
  private final JobRequests requests;
  private final FiringConfig config;
  private final FiringLog log;

  ScheduleFiring(
      DueScheduleStore schedules,
      OccurrenceStore occurrences,
      Outbox outbox,
      KeyRing keys,
      FiringConfig config,
      FiringLog log) {
    this.schedules = schedules;
    this.occurrences = occurrences;
    this.outbox = outbox;
    this.requests = new JobRequests(keys);
    this.config = config;
    this.log = log;
  }

  /** Answers how many schedules it took; fewer than a batch does not mean that none are left. */
  Uni<Integer> fireBatch() {
    return outbox
        .transaction(this::fireBatch)
        .invoke(batch -> batch.firings().forEach(one -> log.fired(one, batch.sinceClaim())))
        .map(batch -> batch.firings().size());
  }

  private record Batch(List<Firing> firings, long claimedNanos) {
    Duration sinceClaim() {
      return Duration.ofNanos(System.nanoTime() - claimedNanos);
    }
  }

  private Uni<Batch> fireBatch(SqlConnection transaction) {
    long claimed = System.nanoTime();
    return schedules
        .claim(transaction, config.batchRows(), config.batchBytes())
        .map(due -> due.stream().map(this::plan).toList())
        .call(firings -> write(transaction, firings))
        .map(firings -> new Batch(firings, claimed));
  }

  private Firing plan(DueSchedule due) {
    return Firing.plan(due, requests, config.catchUpWindow());
  }

  private Uni<Void> write(SqlConnection transaction, List<Firing> firings) {
    if (firings.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    List<Occurrence> rows =
        firings.stream().map(Firing::occurrence).flatMap(Optional::stream).toList();
    return occurrences
        .insert(transaction, rows)
        .flatMap(written -> request(transaction, firings, written))
        .chain(() -> schedules.moveOn(transaction, firings.stream().map(Firing::move).toList()));
  }

  /** Only an occurrence that is written by this transaction makes a job. */
  private Uni<Void> request(SqlConnection transaction, List<Firing> firings, Set<UUID> written) {
    return outbox.appendAll(
        transaction,
        firings.stream()
            .map(Firing::request)
            .flatMap(Optional::stream)
            .filter(entry -> written.contains(entry.event().jobId()))
            .toList());
  }
}
