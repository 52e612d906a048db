package io.impresario.schedule.firing;

import io.impresario.schedule.cron.FireTime;
import io.impresario.schedule.cron.FireTimes;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * What to do with a schedule whose stored fire time has come: a pure function of the expression,
 * that time, the clock and the catch-up window.
 */
sealed interface FiringDecision {

  /** When it is due again; empty when it never is and has to be switched off. */
  Optional<Instant> next();

  /**
   * Fire once.
   *
   * @param nominal the newest fire time that has come, never later than the clock
   * @param standsFor the oldest one that was missed and that this one stands for as well
   */
  record Fire(Instant nominal, Optional<Instant> standsFor, Optional<Instant> next)
      implements FiringDecision {}

  /** All that was due was missed by more than the window. */
  record Miss(Instant firstMissed, Optional<Instant> next) implements FiringDecision {}

  /** The stored expression or zone cannot be read any more. */
  record Unreadable() implements FiringDecision {
    @Override
    public Optional<Instant> next() {
      return Optional.empty();
    }
  }

  static FiringDecision of(
      Optional<FireTimes> readable, Instant due, Instant now, Duration catchUpWindow) {
    if (readable.isEmpty()) {
      return new Unreadable();
    }
    FireTimes times = readable.get();
    Optional<Instant> next = times.after(now).map(FireTime::at);
    Instant horizon = now.minus(catchUpWindow);
    Optional<Instant> last = lastUntil(times, due, horizon, now);
    if (last.isEmpty()) {
      return new Miss(due, next);
    }
    boolean onlyOne = last.get().equals(due);
    return new Fire(last.get(), onlyOne ? Optional.empty() : Optional.of(due), next);
  }

  /** The newest fire time from {@code due} on that is younger than the horizon, if there is one. */
  private static Optional<Instant> lastUntil(
      FireTimes times, Instant due, Instant horizon, Instant now) {
    Optional<Instant> last = due.isAfter(horizon) ? Optional.of(due) : Optional.empty();
    Instant from = last.orElse(horizon);
    Optional<Instant> candidate = times.after(from).map(FireTime::at);
    while (candidate.isPresent() && !candidate.get().isAfter(now)) {
      last = candidate;
      candidate = times.after(candidate.get()).map(FireTime::at);
    }
    return last;
  }
}
