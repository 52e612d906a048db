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
    refill(now);
    if (tokens >= 1) {
      tokens -= 1;
      return Duration.ZERO;
    }
    return Duration.ofNanos((long) Math.ceil((1 - tokens) / perSecond * NANOS_PER_SECOND));
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
