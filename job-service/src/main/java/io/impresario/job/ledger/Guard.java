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
 * @param unclaimed whether it must be waiting
 */
public record Guard(
    @Nullable Integer attempt,
    @Nullable UUID owner,
    @Nullable UUID tenant,
    @Nullable Duration overdue,
    boolean leaseExpired,
    @Nullable Duration cancelOverdue,
    boolean unclaimed) {

  /** The instance that runs it reports. */
  public static Guard owner(UUID owner, int attempt) {
    return new Guard(attempt, owner, null, null, false, null, false);
  }

  /** A client cancels what waits in the queue. */
  public static Guard unclaimed(UUID tenant) {
    return new Guard(null, null, tenant, null, false, null, true);
  }

  /** Nobody has renewed the lease. */
  public static Guard leaseExpired(int attempt) {
    return new Guard(attempt, null, null, null, true, null, false);
  }

  /** A time limit has passed by this much. */
  public static Guard overdue(int attempt, Duration by) {
    return new Guard(attempt, null, null, by, false, null, false);
  }

  /** The instance that runs it carries out a cancel, if one was asked for. */
  public static Guard ownerOfCancelled(UUID owner, int attempt) {
    return new Guard(attempt, owner, null, null, false, Duration.ZERO, false);
  }

  /** A cancel was asked for this long ago and its owner has not carried it out. */
  public static Guard cancelOverdue(int attempt, Duration by) {
    return new Guard(attempt, null, null, null, false, by, false);
  }
}
