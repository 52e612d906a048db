package io.impresario.job.bundle;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** How long and how much is kept. */
@ConfigMapping(prefix = "impresario.bundle")
public interface BundleConfig {
  /** What the cache of unpacked bundles on this replica's disk may grow to, in MiB. */
  long cacheLimitMib();

  /**
   * A cached bundle is not removed for this long after its last use, whatever the size: it must
   * outlast the longest run.
   */
  Duration cacheMinimumAge();

  /** How long a bundle may take to arrive on this replica's disk. */
  Duration fetchLimit();

  /** How long archives stay in the database after nothing needs them any more. */
  Duration unneededGrace();
}
