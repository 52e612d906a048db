package io.impresario.job.lease;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** Times of leases and limits; those of all replicas must be the same. */
@ConfigMapping(prefix = "impresario.lease")
public interface LeaseConfig {

  /** How long an instance is believed to run its jobs without saying so. */
  Duration duration();

  /** How often it says so. */
  Duration renewalInterval();

  /** How long after its deadline a running job is left to its executor, which knows more. */
  Duration deadlineGrace();

  /** How long an owner may take to carry out a cancel before the job is ended without it. */
  Duration cancelLimit();
}
