package io.impresario.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Waits, for a bounded time, for a condition that another thread or process brings about. */
public final class Eventually {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private Eventually() {}

  /** An action that passes once it throws nothing. */
  @FunctionalInterface
  public interface Check {
    void run() throws Exception;
  }

  /** Repeats the assertions until they pass, up to 20 s; then the last failure is thrown. */
  public static void passes(Check check) {
    passes(LIMIT, check);
  }

  public static void passes(Duration limit, Check check) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (true) {
      Throwable failure = failure(check);
      if (failure == null) {
        return;
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("Still failing after " + limit + ": " + failure, failure);
      }
      pause();
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

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted while waiting", e);
    }
  }
}
