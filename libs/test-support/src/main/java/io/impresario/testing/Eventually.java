package io.impresario.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits, for a bounded time, for a condition that another thread or process brings about. */
public final class Eventually {
  /**
   * For a machine that is many times slower, and busy. What happens ends the wait at once, so that
   * only a failing test waits as long.
   */
  public static final Duration LIMIT = Duration.ofMinutes(3);

  /** Between two looks: a tenth of what was waited already, within these bounds. */
  private static final long SHORTEST_PAUSE_MILLIS = 20;

  private static final long LONGEST_PAUSE_MILLIS = 250;

  private Eventually() {}

  /** An action that passes once it throws nothing. */
  @FunctionalInterface
  public interface Check {
    void run() throws Exception;
  }

  /**
   * Repeats the assertions until they pass, up to {@link #LIMIT}; then the last failure is thrown.
   */
  public static void passes(Check check) {
    passes(LIMIT, check);
  }

  public static void passes(Duration limit, Check check) {
    long began = System.nanoTime();
    while (true) {
      Throwable failure = failure(check);
      if (failure == null) {
        return;
      }
      long waited = System.nanoTime() - began;
      if (waited > limit.toNanos()) {
        throw new AssertionError("Still failing after " + limit + ": " + failure, failure);
      }
      pause(TimeUnit.NANOSECONDS.toMillis(waited) / 10);
    }
  }

  public static void isTrue(String what, Callable<Boolean> condition) {
    isTrue(LIMIT, what, condition);
  }

  public static void isTrue(Duration limit, String what, Callable<Boolean> condition) {
    passes(
        limit,
        () -> {
          if (!condition.call()) {
            throw new AssertionError("Did not happen: " + what);
          }
        });
  }

  /** The first value that is there. */
  public static <T> T present(Duration limit, String what, Callable<Optional<T>> source) {
    Holder<T> found = new Holder<>();
    passes(
        limit,
        () ->
            found.value =
                source.call().orElseThrow(() -> new AssertionError("Did not appear: " + what)));
    T value = found.value;
    if (value == null) {
      throw new AssertionError("Did not appear: " + what);
    }
    return value;
  }

  private static final class Holder<T> {
    private @Nullable T value;
  }

  private static @Nullable Throwable failure(Check check) {
    try {
      check.run();
      return null;
    } catch (Exception | AssertionError e) {
      return e;
    }
  }

  /** Looks cost what is looked at processor time, so long waits look seldom. */
  private static void pause(long tenthMillis) {
    try {
      TimeUnit.MILLISECONDS.sleep(
          Math.max(SHORTEST_PAUSE_MILLIS, Math.min(LONGEST_PAUSE_MILLIS, tenthMillis)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting", e);
    }
  }
}
