package io.impresario.log.retention;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** How long log lines are kept. */
@ConfigMapping(prefix = "impresario.retention")
public interface RetentionConfig {

  /** A line is kept at least this long; whole UTC days are dropped. */
  Duration keep();

  /** Partitions are made so many days before they are needed. */
  int daysAhead();

  /** Time between two sweeps. */
  Duration sweepInterval();
}
