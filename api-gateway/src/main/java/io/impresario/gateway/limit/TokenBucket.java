package io.impresario.gateway.limit;

import java.time.Duration;

/**
 * A token bucket: {@code burst} calls at once, then {@code perSecond} a second. Time is given by
 * the caller in nanoseconds of a monotonic clock. Safe for many threads.
 */
final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private final double burst;
  private double tokens;
  private long updated;

  TokenBucket(double perSecond, double burst, long now) {
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.updated = now;
  }

  /**
   * Takes one token.
   *
   * @return zero when it was there, else the time until it will be
   */
  synchronized Duration take(long now) {
    Duration wait = untilFree(now);
    if (wait.isZero()) {
      tokens -= 1;
    }
    return wait;
  }

  /** The time until a token is there; zero when one is. */
  synchronized Duration untilFree(long now) {
    refill(now);
    return tokens >= 1
        ? Duration.ZERO
        : Duration.ofNanos((long) Math.ceil((1 - tokens) / perSecond * NANOS_PER_SECOND));
  }

  /** Takes a token whether it is there or not; a debt is never larger than the burst. */
  synchronized void charge(long now) {
    refill(now);
    tokens = Math.max(-burst, tokens - 1);
  }

  /** Gives back a token that was taken for a call that another limit refused. */
  synchronized void putBack() {
    tokens = Math.min(burst, tokens + 1);
  }

  private void refill(long now) {
    long elapsed = Math.max(0, now - updated);
    tokens = Math.min(burst, tokens + elapsed / NANOS_PER_SECOND * perSecond);
    updated = Math.max(updated, now);
  }
}
