package io.impresario.job.dispatch;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.OptionalInt;

/** How much this instance runs at once, and its time limits around a run. */
@ConfigMapping(prefix = "impresario.dispatch")
public interface DispatchConfig {

  /** Runs at once; without a value two for each processor, since runs mostly wait for pages. */
  OptionalInt slots();

  /** From the claim to the handler's first line; then the job fails with launch_failed. */
  Duration launchLimit();

  /** How often a job is launched in all when its launches fail before its handler is reached. */
  int maxLaunches();

  /** How long a stopping instance lets its runs go on. */
  Duration drainTime();

  default int slotCount() {
    return slots().orElseGet(() -> Math.max(2, 2 * Runtime.getRuntime().availableProcessors()));
  }
}
