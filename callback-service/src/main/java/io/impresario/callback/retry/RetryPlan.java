package io.impresario.callback.retry;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * The delays between the attempts of a delivery: {@code delays.get(n)} stands between failure n + 1
 * and the attempt after it; after the last one the delivery has failed. Each is varied so that
 * targets that went down together are not all called in the same second.
 *
 * @param delays each positive; empty means that nothing is tried twice
 * @param jitter the share by which a delay may be shorter or longer, from 0 to below 1
 * @param maxRetryAfter the most that a target may ask to wait
 */
public record RetryPlan(List<Duration> delays, double jitter, Duration maxRetryAfter) {

  public RetryPlan {
    delays = List.copyOf(delays);
    delays.stream()
        .filter(delay -> delay.isNegative() || delay.isZero())
        .findAny()
        .ifPresent(
            delay -> {
              throw new IllegalArgumentException("a retry delay must be positive, not " + delay);
            });
    if (!(jitter >= 0 && jitter < 1)) {
      throw new IllegalArgumentException("jitter must be from 0 to below 1, not " + jitter);
    }
    if (maxRetryAfter.isNegative()) {
      throw new IllegalArgumentException("maxRetryAfter must not be negative: " + maxRetryAfter);
    }
  }

  /** The plan of what is tried once. */
  public RetryPlan withoutRetries() {
    return new RetryPlan(List.of(), jitter, maxRetryAfter);
  }

  /**
   * How long to wait after a failure; empty when the delivery has failed for good.
   *
   * @param failures how many attempts have failed, this one included
   * @param retryAfter what the target asked for: it can lengthen a delay, never shorten it
   * @param random uniform in [0, 1)
   */
  public Optional<Duration> delayAfter(
      int failures, Optional<Duration> retryAfter, DoubleSupplier random) {
    if (failures < 1) {
      throw new IllegalArgumentException("no attempt has failed yet: " + failures);
    }
    if (failures > delays.size()) {
      return Optional.empty();
    }
    double factor = 1 + jitter * (2 * random.getAsDouble() - 1);
    Duration planned = Duration.ofMillis(Math.round(delays.get(failures - 1).toMillis() * factor));
    Duration asked = retryAfter.orElse(Duration.ZERO);
    Duration honoured = asked.compareTo(maxRetryAfter) > 0 ? maxRetryAfter : asked;
    return Optional.of(honoured.compareTo(planned) > 0 ? honoured : planned);
  }
}
