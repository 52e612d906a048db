package io.impresario.schedule.firing;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.schedule.definition.NextFireChanged;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Wakes exactly when the next schedule is due and fires until none is. A round every second sees
 * what this replica was not told: schedules that were made elsewhere.
 */
@ApplicationScoped
class DueScheduleClaimer {
  private static final Duration EVERY = Duration.ofSeconds(1);

  /** A lock lasts for a transaction of milliseconds. */
  private static final Duration LOCKED = Duration.ofMillis(50);

  /** Batches under way at once: one is computed and logged while PostgreSQL writes the other. */
  private static final int LANES = 2;

  private final DueScheduleStore schedules;
  private final ScheduleFiring firing;
  private final Duty duty;

  DueScheduleClaimer(DueScheduleStore schedules, ScheduleFiring firing, Duties duties) {
    this.schedules = schedules;
    this.firing = firing;
    this.duty =
        duties.create(
            DutySpec.of("due-schedule-claimer", EVERY, this::round).withFirst(Duration.ZERO));
  }

  void start(@Observes StartupEvent event) {
    duty.start();
  }

  void changed(@Observes NextFireChanged event) {
    duty.wake();
  }

  private Uni<Round> round() {
    return schedules.untilEarliest().flatMap(this::fireIfDue);
  }

  private Uni<Round> fireIfDue(Optional<Duration> delay) {
    if (delay.isEmpty()) {
      return Uni.createFrom().item(Round.done());
    }
    return delay.get().compareTo(Duration.ZERO) > 0
        ? Uni.createFrom().item(Round.again(delay.get()))
        : fireSomeBatches();
  }

  private Uni<Round> fireSomeBatches() {
    List<Uni<Integer>> batches =
        IntStream.range(0, LANES).mapToObj(lane -> firing.fireBatch()).toList();
    return Uni.join().all(batches).andCollectFailures().map(DueScheduleClaimer::after);
  }

  /**
   * Once more while there is something to fire. What is due and was not to be had is locked: fired
   * by another replica, or edited, and then it is due as soon as the lock is gone.
   */
  static Round after(List<Integer> fired) {
    return fired.stream().anyMatch(count -> count > 0) ? Round.moreIf(true) : Round.again(LOCKED);
  }
}
