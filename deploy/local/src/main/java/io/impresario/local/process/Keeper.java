package io.impresario.local.process;

import io.impresario.embedded.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one process alive: starts it, notices its end, says so, and starts it again with a growing
 * pause. A process that ends before it was ever ready is not started again: its settings are wrong.
 */
public final class Keeper {
  /** Starts the process; may return before it is ready. */
  @FunctionalInterface
  public interface Starter {
    ProcessHandle start() throws IOException;
  }

  @FunctionalInterface
  public interface Probe {
    boolean isReady();
  }

  /** Told what happens, on the thread of the keeper. */
  public interface Watch {
    void said(String line);

    void started(String name, ProcessHandle process);

    void ready(String name, Duration after, boolean again);

    void ended(String name, long pid);
  }

  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);
  // Ready for so long, a process is taken to be sound: its next end is answered at once again.
  private static final Duration SOUND_AFTER = Duration.ofSeconds(60);

  private final String name;
  private final Starter starter;
  private final Probe probe;
  private final Watch watch;
  private final Thread thread;
  private final CountDownLatch firstReadyOrFailed = new CountDownLatch(1);
  private volatile @Nullable ProcessHandle process;
  private volatile @Nullable String failure;
  private volatile boolean everReady;
  private volatile boolean stopping;

  public Keeper(String name, Starter starter, Probe probe, Watch watch) {
    this.name = name;
    this.starter = starter;
    this.probe = probe;
    this.watch = watch;
    // A small stack: nothing deep happens in these threads.
    this.thread = new Thread(null, this::keep, "keep-" + name, 256 << 10);
    this.thread.setDaemon(true);
  }

  public String name() {
    return name;
  }

  public void start() {
    thread.start();
  }

  public Optional<ProcessHandle> process() {
    return Optional.ofNullable(process).filter(ProcessHandle::isAlive);
  }

  /** Whether it is ready, or has failed, within so much time. */
  public boolean awaitReadyOrFailed(Duration limit) throws InterruptedException {
    return firstReadyOrFailed.await(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Why it will never be ready. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  private void keep() {
    Duration pause = FIRST_PAUSE;
    while (!stopping) {
      Duration lived = runOnce();
      if (stopping || !everReady) {
        break;
      }
      pause = lived.compareTo(SOUND_AFTER) > 0 ? FIRST_PAUSE : pause;
      watch.said(name + " ended; starting it again in " + pause.toSeconds() + " s");
      sleep(pause);
      pause = min(pause.multipliedBy(2), LONGEST_PAUSE);
    }
    firstReadyOrFailed.countDown();
  }

  /** One life of the process; the answer is how long it was ready. */
  private Duration runOnce() {
    long started = System.nanoTime();
    try {
      ProcessHandle next = starter.start();
      process = next;
      watch.started(name, next);
      long readyAt = awaitReadyOrEnd(next, started);
      while (!Processes.ended(next, Duration.ofMinutes(1))) {
        // Lives on.
      }
      watch.ended(name, next.pid());
      if (!everReady && !stopping) {
        failure = name + " ended before it was ready.";
      }
      return readyAt == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - readyAt);
    } catch (IOException e) {
      if (stopping) {
        return Duration.ZERO;
      }
      if (everReady) {
        watch.said(name + " could not be started: " + e.getMessage());
      } else {
        failure = name + " could not be started: " + e.getMessage();
      }
      return Duration.ZERO;
    }
  }

  /** The time at which it became ready; 0 if it ended first. */
  private long awaitReadyOrEnd(ProcessHandle next, long started) {
    while (next.isAlive()) {
      if (probe.isReady()) {
        long now = System.nanoTime();
        boolean again = everReady;
        everReady = true;
        watch.ready(name, Duration.ofNanos(now - started), again);
        firstReadyOrFailed.countDown();
        return now;
      }
      sleep(Duration.ofMillis(100));
    }
    return 0;
  }

  /** From now on its end is no accident; returns when no new process can appear. */
  public void release() throws InterruptedException {
    stopping = true;
    thread.interrupt();
    thread.join(Duration.ofSeconds(20).toMillis());
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  private void sleep(Duration pause) {
    try {
      TimeUnit.MILLISECONDS.sleep(pause.toMillis());
    } catch (InterruptedException released) {
      // Only release() interrupts this thread: the loop then sees that it is stopping.
    }
  }
}
