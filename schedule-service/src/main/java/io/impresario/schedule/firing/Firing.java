package io.impresario.schedule.firing;

import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.outbox.Outbox;
import io.impresario.schedule.cron.FireTimes;
import io.impresario.schedule.firing.FiringDecision.Fire;
import io.impresario.schedule.firing.FiringDecision.Miss;
import io.impresario.schedule.occurrence.Occurrence;
import io.impresario.schedule.occurrence.Occurrence.Outcome;
import io.impresario.schedule.occurrence.Occurrence.Source;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that one due schedule leads to, before anything is written.
 *
 * @param occurrence the row to write; empty when the expression could not be read
 * @param request the event that asks for the job; empty when there is none to ask for
 */
record Firing(
    DueSchedule due,
    FiringDecision decision,
    Optional<Occurrence> occurrence,
    Optional<Outbox.Entry<JobRequested>> request,
    DueScheduleStore.Move move) {

  private static final String UNREADABLE =
      "the expression or its time zone can no longer be read; the schedule is switched off";

  static Firing plan(DueSchedule due, JobRequests requests, Duration catchUpWindow) {
    Optional<FireTimes> times = FireTimes.of(due.cronExpr(), due.timezone());
    FiringDecision decision = FiringDecision.of(times, due.nextFireAt(), due.now(), catchUpWindow);
    if (decision instanceof Fire fire) {
      return fired(due, fire, requests);
    }
    if (decision instanceof Miss miss) {
      return missed(due, miss, catchUpWindow);
    }
    return new Firing(
        due,
        decision,
        Optional.empty(),
        Optional.empty(),
        move(due, decision, null, null, UNREADABLE, due.nextFireAt()));
  }

  private static Firing fired(DueSchedule due, Fire fire, JobRequests requests) {
    Instant now = due.now();
    Instant nominal = fire.nominal();
    UUID jobId = JobRequests.jobId(due.template().scheduleId(), nominal);
    String reason =
        fire.standsFor()
            .map(since -> "stands for all occurrences missed since " + since)
            .orElse(null);
    try {
      Outbox.Entry<JobRequested> entry =
          requests.entry(due.template(), jobId, JobSource.SCHEDULE, nominal, now, null);
      return new Firing(
          due,
          fire,
          Optional.of(occurrence(due, jobId, nominal, now, Outcome.STARTED, reason)),
          Optional.of(entry),
          move(due, fire, now, jobId, null, nominal));
    } catch (IllegalArgumentException unsealable) {
      String error = "the job could not be requested: " + unsealable.getMessage();
      return new Firing(
          due,
          fire,
          Optional.of(occurrence(due, jobId, nominal, now, Outcome.REJECTED, error)),
          Optional.empty(),
          move(due, fire, now, null, error, nominal));
    }
  }

  private static Firing missed(DueSchedule due, Miss miss, Duration catchUpWindow) {
    Instant nominal = miss.firstMissed();
    String reason =
        "no occurrence from here until %s ran: the service was down for longer than the catch-up window of %s"
            .formatted(due.now(), catchUpWindow);
    UUID jobId = JobRequests.jobId(due.template().scheduleId(), nominal);
    return new Firing(
        due,
        miss,
        Optional.of(occurrence(due, jobId, nominal, null, Outcome.MISSED, reason)),
        Optional.empty(),
        move(due, miss, null, null, null, nominal));
  }

  private static Occurrence occurrence(
      DueSchedule due,
      UUID jobId,
      Instant nominal,
      @Nullable Instant firedAt,
      Outcome outcome,
      @Nullable String reason) {
    return new Occurrence(
        jobId, due.template().scheduleId(), Source.SCHEDULE, nominal, firedAt, outcome, reason);
  }

  private static DueScheduleStore.Move move(
      DueSchedule due,
      FiringDecision decision,
      @Nullable Instant firedAt,
      @Nullable UUID jobId,
      @Nullable String error,
      Instant nominal) {
    return new DueScheduleStore.Move(
        due.template().scheduleId(), decision.next().orElse(null), firedAt, jobId, error, nominal);
  }
}
