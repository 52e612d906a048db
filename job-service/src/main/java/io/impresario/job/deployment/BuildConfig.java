package io.impresario.job.deployment;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** How this replica builds. */
@ConfigMapping(prefix = "impresario.build")
public interface BuildConfig {
  /** Builds at once on this replica. */
  int concurrency();

  /** Of which one tenant may have so many, over all replicas. */
  int tenantConcurrency();

  /** A builder that has not renewed its lease for this long is taken for dead. */
  Duration lease();

  /** A build that was interrupted so often fails. */
  int maxAttempts();

  /** From claim to end, all steps together; then the build has failed. */
  Duration timeLimit();
}
