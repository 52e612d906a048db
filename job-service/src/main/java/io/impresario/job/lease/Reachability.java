package io.impresario.job.lease;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * What this instance's renewals tell about its leases and about the database, by a clock that
 * nobody can set. After an outage all leases have expired although nobody died, and runs that ended
 * meanwhile have not been reported: for as long as every living owner needs for its next renewal,
 * nothing is believed of silent owners.
 */
final class Reachability {
  private final long lease;
  private final long settling;
  private final LongSupplier nanoTime;
  private long renewedAt;
  private long reachableSince;
  private boolean away;
  private boolean wasAway;

  /**
   * @param settling longer than the interval between two renewals
   */
  Reachability(Duration lease, Duration settling, LongSupplier nanoTime) {
    this.lease = lease.toNanos();
    this.settling = settling.toNanos();
    this.nanoTime = nanoTime;
    this.renewedAt = nanoTime.getAsLong();
    this.reachableSince = renewedAt;
  }

  /** A renewal worked that was asked for at this time. */
  synchronized void worked(long asked) {
    if (away || nanoTime.getAsLong() - renewedAt >= lease) {
      away = false;
      reachableSince = asked;
    }
    renewedAt = asked;
  }

  synchronized void failed() {
    away = true;
    wasAway = true;
  }

  /** Whether our own leases are certainly good at this moment. */
  synchronized boolean fresh() {
    return nanoTime.getAsLong() - renewedAt < lease;
  }

  /** Whether an expired lease means that its owner is gone. */
  synchronized boolean settled() {
    long now = nanoTime.getAsLong();
    return !away && now - renewedAt < settling && now - reachableSince >= settling;
  }

  /** Whether owners may be about to report what happened during an outage. */
  synchronized boolean recovering() {
    return away || (wasAway && nanoTime.getAsLong() - reachableSince < settling);
  }
}
