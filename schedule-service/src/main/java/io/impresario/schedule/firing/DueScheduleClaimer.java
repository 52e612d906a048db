package io.impresario.schedule.firing;

import io.impresario.schedule.definition.NextFireChanged;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduled;
import io.quarkus.scheduler.Scheduled.ConcurrentExecution;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.jboss.logging.Logger;

/**
 * Wakes exactly when the next schedule is due and fires until none is. A sweep every second sees
 * what this replica was not told: schedules made elsewhere, a clock that was set, a failed attempt.
 */
@ApplicationScoped
class DueScheduleClaimer {
  private static final Logger LOG = Logger.getLogger(DueScheduleClaimer.class);

  /** Later ones are left to the next sweep, which looks again anyway. */
  private static final Duration LONGEST_TIMER = Duration.ofSeconds(2);

  /** Batches under way at once: one is computed and logged while PostgreSQL writes the other. */
  private static final int LANES = 2;

  private static final long NO_TIMER = -1;

  private final DueScheduleStore schedules;
  private final ScheduleFiring firing;
  private final Vertx vertx;
  private final AtomicBoolean running = new AtomicBoolean();
  private final AtomicBoolean woken = new AtomicBoolean();
  private final AtomicBoolean failing = new AtomicBoolean();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private long timer = NO_TIMER;

  DueScheduleClaimer(DueScheduleStore schedules, ScheduleFiring firing, Vertx vertx) {
    this.schedules = schedules;
    this.firing = firing;
    this.vertx = vertx;
  }

  void start(@Observes StartupEvent event) {
    wake();
  }

  void stop(@Observes ShutdownEvent event) {
    stopped.set(true);
  }

  void changed(@Observes NextFireChanged event) {
    wake();
  }

  @Scheduled(
      every = "1s",
      concurrentExecution = ConcurrentExecution.SKIP,
      identity = "due-schedule-sweep")
  Uni<Void> sweep() {
    wake();
    return Uni.createFrom().voidItem();
  }

  /** Starts a round, or makes the one under way look once more; cheap enough to call at will. */
  void wake() {
    woken.set(true);
    if (!stopped.get() && running.compareAndSet(false, true)) {
      vertx.runOnContext(ignored -> round());
    }
  }

  private void round() {
    woken.set(false);
    schedules.untilEarliest().flatMap(this::fireIfDue).subscribe().with(this::ended, this::failed);
  }

  private Uni<Boolean> fireIfDue(Optional<Duration> delay) {
    if (delay.isPresent() && delay.get().compareTo(Duration.ZERO) <= 0) {
      return fireSomeBatches();
    }
    delay.ifPresent(this::arm);
    return Uni.createFrom().item(false);
  }

  private Uni<Boolean> fireSomeBatches() {
    List<Uni<Integer>> batches =
        IntStream.range(0, LANES).mapToObj(lane -> firing.fireBatch()).toList();
    return Uni.join()
        .all(batches)
        .andCollectFailures()
        .map(counts -> counts.stream().anyMatch(count -> count > 0));
  }

  /** One round more while there is something to fire; what others hold is theirs to fire. */
  private void ended(boolean firedSome) {
    if (failing.compareAndSet(true, false)) {
      LOG.info("schedules.firing_again");
    }
    if (!stopped.get() && (firedSome || woken.get())) {
      vertx.runOnContext(ignored -> round());
      return;
    }
    running.set(false);
    if (woken.get()) {
      wake();
    }
  }

  /** The next sweep tries again. Said once an outage, not once a second. */
  private void failed(Throwable failure) {
    if (!stopped.get() && failing.compareAndSet(false, true)) {
      LOG.warnf("schedules.not_firing reason=\"%s\"", failure);
    }
    running.set(false);
  }

  /** One timer at a time, and never early: a timer's milliseconds are rounded up. */
  private synchronized void arm(Duration delay) {
    if (timer != NO_TIMER) {
      vertx.cancelTimer(timer);
      timer = NO_TIMER;
    }
    if (delay.compareTo(LONGEST_TIMER) <= 0) {
      timer = vertx.setTimer(delay.plusNanos(999_999).toMillis(), id -> wake());
    }
  }
}
