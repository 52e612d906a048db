package io.impresario.job.dispatch;

import io.impresario.duty.Duties;
import io.impresario.duty.Duty;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.job.executor.ExecutorHost;
import io.impresario.job.ledger.QueueSignal;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.List;

/**
 * Fills this instance's free slots with waiting jobs: when a job was queued here, when a slot
 * became free, and by a sweep for what other replicas queued. One claim is under way at a time, and
 * none while the executor cannot run jobs.
 */
@ApplicationScoped
class Dispatcher {
  /** How long a job waits at most for being seen when it was queued on a replica that is full. */
  private static final Duration SWEEP = Duration.ofMillis(500);

  private final ClaimStore claims;
  private final RunStarter starter;
  private final Slots slots;
  private final ExecutorHost executor;
  private final LaunchBreaker breaker;
  private final Duty duty;

  Dispatcher(
      ClaimStore claims,
      RunStarter starter,
      Slots slots,
      ExecutorHost executor,
      LaunchBreaker breaker,
      Duties duties) {
    this.claims = claims;
    this.starter = starter;
    this.slots = slots;
    this.executor = executor;
    this.breaker = breaker;
    this.duty = duties.create(DutySpec.of("dispatcher", SWEEP, this::claim).withMaxPause(SWEEP));
  }

  void start(@Observes StartupEvent event, QueueSignal signal) {
    signal.onQueued(this::wake);
    starter.onSlotFree(this::wake);
    duty.start();
  }

  /** No claim is begun from here on; ends when the one under way has brought its jobs, if any. */
  Uni<Void> stop() {
    return duty.stop();
  }

  /** Looks for work now, or once more after the look that is under way; cheap to call at will. */
  private void wake() {
    if (slots.free() > 0) {
      duty.wake();
    }
  }

  /** Memoized, so that a claim whose round was given up still brings its jobs when it ends. */
  private Uni<Round> claim() {
    int admitted = breaker.admits(slots.free());
    if (admitted <= 0) {
      return Uni.createFrom().item(Round.done());
    }
    return executor
        .obstacle()
        .flatMap(
            obstacle -> {
              obstacle.ifPresent(breaker::blocked);
              return obstacle.isPresent() ? Uni.createFrom().item(Round.done()) : claim(admitted);
            })
        .memoize()
        .indefinitely();
  }

  private Uni<Round> claim(int max) {
    return claims.claim(max).invoke(this::begin).map(jobs -> Round.moreIf(!jobs.isEmpty()));
  }

  private void begin(List<ClaimedJob> jobs) {
    breaker.claimed(jobs.size());
    slots.take(jobs.size());
    jobs.forEach(starter::start);
  }
}
