package io.impresario.schedule.firing;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** How schedules fire. */
@ConfigMapping(prefix = "impresario.schedule.firing")
interface FiringConfig {
  /** How old the last missed occurrence may be to run after all, once for all missed ones. */
  Duration catchUpWindow();

  /** Schedules that one transaction fires. */
  int batchRows();

  /** Bytes of params that one transaction holds in memory; one schedule always goes. */
  long batchBytes();
}
