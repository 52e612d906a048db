package io.impresario.job.ledger;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What must still be true of a job for somebody to end it; null or false asks nothing. Checked by
 * the statement that ends it, so nothing can come in between.
 *
 * @param attempt the claim that the end is about
 * @param owner the instance that must hold the job
 * @param tenant the tenant that the job must belong to
 * @param overdue how long its due time must have passed
 * @param leaseExpired whether its lease must have run out
 * @param cancelOverdue how long ago its cancel must have been asked for
 */
public record Guard(
    @Nullable Integer attempt,
    @Nullable UUID owner,
    @Nullable UUID tenant,
    @Nullable Duration overdue,
    boolean leaseExpired,
    @Nullable Duration cancelOverdue) {

  /** The instance that runs it reports. */
  public static Guard owner(UUID owner, int attempt) {
    return new Guard(attempt, owner, null, null, false, null);
  }

  /** A client cancels what nobody has claimed yet. */
  public static Guard unclaimed(UUID tenant) {
    return new Guard(0, null, tenant, null, false, null);
  }

  /** Nobody has renewed the lease. */
  public static Guard leaseExpired(int attempt) {
    return new Guard(attempt, null, null, null, true, null);
  }

  /** A time limit has passed by this much. */
  public static Guard overdue(int attempt, Duration by) {
    return new Guard(attempt, null, null, by, false, null);
  }

  /** A cancel was asked for this long ago and its owner has not carried it out. */
  public static Guard cancelOverdue(int attempt, Duration by) {
    return new Guard(attempt, null, null, null, false, by);
  }
}
