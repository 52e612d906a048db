package io.impresario.duty;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Queue;

/**
 * Stands still until a test moves it, and then runs what is due in its order, on the test's thread.
 */
final class ManualTimer implements DutyTimer {
  private record Alarm(long at, long order, Runnable action) {}

  private final PriorityQueue<Alarm> alarms =
      new PriorityQueue<>(Comparator.comparingLong(Alarm::at).thenComparingLong(Alarm::order));
  private final Queue<Runnable> ready = new ArrayDeque<>();
  private long now;
  private long order;

  @Override
  public void run(Runnable action) {
    ready.add(action);
  }

  @Override
  public Pending after(Duration delay, Runnable action) {
    Alarm alarm = new Alarm(now + delay.toNanos(), order++, action);
    alarms.add(alarm);
    return () -> alarms.remove(alarm);
  }

  @Override
  public long nanoTime() {
    return now;
  }

  /** Runs what was to run now. */
  void settle() {
    for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
      next.run();
    }
  }

  void advance(Duration step) {
    settle();
    long until = now + step.toNanos();
    for (Optional<Alarm> due = due(until); due.isPresent(); due = due(until)) {
      now = Math.max(now, due.get().at());
      due.get().action().run();
      settle();
    }
    now = until;
  }

  private Optional<Alarm> due(long until) {
    return Optional.ofNullable(alarms.peek())
        .filter(first -> first.at() <= until)
        .map(first -> alarms.poll());
  }
}
