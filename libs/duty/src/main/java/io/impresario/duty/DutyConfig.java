package io.impresario.duty;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** When a process that does not do its duties is given up. */
@ConfigMapping(prefix = "impresario.duty")
interface DutyConfig {

  /**
   * No successful round for so long beyond a duty's own interval, though PostgreSQL answers: the
   * process is not live. Ten times what a round may take.
   */
  @WithDefault("5m")
  Duration stuckAfter();
}
