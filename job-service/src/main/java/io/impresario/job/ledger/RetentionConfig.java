package io.impresario.job.ledger;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.Optional;

/** What is kept for how long. */
@ConfigMapping(prefix = "impresario.retention")
public interface RetentionConfig {

  /** Jobs and their results; without a value they stay for good. */
  Optional<Duration> jobs();

  /** Screenshots and pages of failed runs, on the disk of the replica that ran them. */
  Duration artifacts();
}
