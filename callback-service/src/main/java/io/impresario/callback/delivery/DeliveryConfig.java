package io.impresario.callback.delivery;

import io.impresario.callback.retry.RetryPlan;
import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.List;

/** How pending deliveries are worked off. The reasons stand beside the defaults. */
@ConfigMapping(prefix = "impresario.delivery")
public interface DeliveryConfig {

  /** The delay after each failure; one attempt more than this has entries. */
  List<Duration> retryDelays();

  double retryJitter();

  /** The most that a target's Retry-After is honoured. */
  Duration maxRetryAfter();

  /** How long a claimed delivery is left to its worker; longer than an attempt can take. */
  Duration lease();

  /** How often due deliveries are looked for when nothing wakes the workers. */
  Duration sweep();

  /** Attempts under way in this process, at targets that answer in time. */
  int maxInFlight();

  /** The same at targets that have not done so yet, or no longer do. */
  int maxUnprovenInFlight();

  /** Attempts under way at one target that answers. */
  int maxInFlightPerTarget();

  /** The same at a target of which nothing is known yet. */
  int startInFlightPerTarget();

  /** An answer that takes longer counts against its target. */
  Duration slowAfter();

  /** Bodies above this have slots of their own. */
  int largeBodyBytes();

  /**
   * Mebibytes of large bodies under way in this process, one body at each target, to targets that
   * answer in time; as many again to the others.
   */
  int maxLargeMebibytes();

  /** How long a stop waits for attempts under way. */
  Duration drain();

  /** How long deliveries that ended are kept, with their attempts and bodies. */
  Duration retention();

  /** How often they are looked for. */
  Duration retentionSweep();

  default RetryPlan retryPlan() {
    return new RetryPlan(retryDelays(), retryJitter(), maxRetryAfter());
  }
}
