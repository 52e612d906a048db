package io.impresario.schedule.firing;

import io.impresario.outbox.Outbox;
import io.impresario.schedule.occurrence.Occurrence;
import io.impresario.schedule.occurrence.OccurrenceStore;
import io.impresario.sealing.KeyRing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
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
  private final Clock clock;
  private final FiringLog log;

  ScheduleFiring(
      DueScheduleStore schedules,
      OccurrenceStore occurrences,
      Outbox outbox,
      KeyRing keys,
      FiringConfig config,
      Clock clock,
      FiringLog log) {
    this.schedules = schedules;
    this.occurrences = occurrences;
    this.outbox = outbox;
    this.requests = new JobRequests(keys);
    this.config = config;
    this.clock = clock;
    this.log = log;
  }

  /** Answers how many schedules it took; fewer than a batch does not mean that none are left. */
  Uni<Integer> fireBatch() {
    return outbox
        .transaction(this::fireBatch)
        .invoke(firings -> firings.forEach(log::fired))
        .map(List::size);
  }

  private Uni<List<Firing>> fireBatch(SqlConnection transaction) {
    Instant now = clock.instant();
    return schedules
        .claim(transaction, now, config.batchRows(), config.batchBytes())
        .map(due -> due.stream().map(one -> plan(one, now)).toList())
        .call(firings -> write(transaction, firings));
  }

  private Firing plan(DueSchedule due, Instant now) {
    return Firing.plan(due, requests, now, config.catchUpWindow());
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
