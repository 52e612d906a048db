package io.impresario.duty;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Runs the rounds of one background duty: one at a time, when woken or when the timer says so. A
 * signal during a round is answered by the next one, so none is lost. Whatever a round does (fail,
 * throw, never end), the duty gets over it.
 */
public final class Duty {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final DutySpec spec;
  private final DutyTimer timer;
  private final DutyRecord record;
  private final List<CompletableFuture<Void>> stopping = new ArrayList<>();
  private DutyState state = DutyState.NEW;
  private DutyTimer.@Nullable Pending alarm;

  Duty(DutySpec spec, DutyTimer timer, DutyRecord record) {
    this.spec = spec;
    this.timer = timer;
    this.record = record;
  }

  /** From here on rounds run. */
  public void start() {
    record.begin();
    step(DutyState::start);
    setAlarm(spec.first());
  }

  /**
   * Asks for a round now, or for one more after the one under way. Cheap enough to call at will.
   */
  public void wake() {
    step(DutyState::wake);
  }

  /** No round begins from here on; ends when the one under way has. */
  public Uni<Void> stop() {
    CompletableFuture<Void> end = new CompletableFuture<>();
    synchronized (this) {
      stopping.add(end);
      if (alarm != null) {
        alarm.cancel();
      }
    }
    step(DutyState::stop);
    return Uni.createFrom().completionStage(end);
  }

  DutySpec spec() {
    return spec;
  }

  DutyRecord record() {
    return record;
  }

  private void step(UnaryOperator<DutyState> move) {
    DutyState before;
    DutyState after;
    synchronized (this) {
      before = state;
      after = move.apply(before);
      state = after;
    }
    if (after.runs() && after.number() != before.number()) {
      timer.run(() -> run(after.number()));
    } else if (after.phase() == DutyState.Phase.PAUSING
        && before.phase() == DutyState.Phase.RUNNING) {
      timer.after(pause(after.failures()), () -> step(now -> now.resume(after.number())));
    } else if (!after.runs()) {
      ended().forEach(one -> one.complete(null));
    }
  }

  private void run(long number) {
    AtomicReference<@Nullable Cancellable> work = new AtomicReference<>();
    DutyTimer.Pending limit = timer.after(spec.limit(), () -> giveUp(number, work.get()));
    work.set(
        Uni.createFrom()
            .deferred(() -> spec.round().get())
            .onItem()
            .ifNull()
            .failWith(() -> new IllegalStateException("The round ended without saying how"))
            .onTermination()
            .invoke(limit::cancel)
            .subscribe()
            .with(round -> succeeded(number, round), failure -> failed(number, failure)));
  }

  private void giveUp(long number, @Nullable Cancellable work) {
    failed(
        number,
        new TimeoutException("The round took longer than " + spec.limit().toSeconds() + " s"));
    if (work != null) {
      work.cancel();
    }
  }

  private void succeeded(long number, Round round) {
    if (!isPresent(number)) {
      return;
    }
    record.succeeded();
    setAlarm(
        round instanceof Round.Again again && again.after().compareTo(spec.every()) < 0
            ? again.after()
            : spec.every());
    step(now -> now.succeed(number, round instanceof Round.More));
  }

  private void failed(long number, Throwable failure) {
    if (!isPresent(number)) {
      return;
    }
    record.failed(failure, isStopping());
    step(now -> now.fail(number));
  }

  /** The next round by time. While a duty fails it is the pauses that lead to the next one. */
  private synchronized void setAlarm(Duration delay) {
    if (alarm != null) {
      alarm.cancel();
    }
    alarm =
        state.phase() == DutyState.Phase.OFF || state.phase() == DutyState.Phase.STOPPING
            ? null
            : timer.after(delay, this::wake);
  }

  private synchronized List<CompletableFuture<Void>> ended() {
    List<CompletableFuture<Void>> waiting = List.copyOf(stopping);
    if (state.phase() != DutyState.Phase.OFF) {
      return List.of();
    }
    stopping.clear();
    return waiting;
  }

  /** Whether rounds are to be expected of it. */
  synchronized boolean isOn() {
    return state.phase() != DutyState.Phase.OFF;
  }

  private synchronized boolean isPresent(long number) {
    return state.runs(number);
  }

  private synchronized boolean isStopping() {
    return state.phase() == DutyState.Phase.STOPPING;
  }

  private Duration pause(int failures) {
    Duration doubled = FIRST_PAUSE.multipliedBy(1L << Math.min(failures - 1, 16));
    return doubled.compareTo(spec.maxPause()) < 0 ? doubled : spec.maxPause();
  }
}
