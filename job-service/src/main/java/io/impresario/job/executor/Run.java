package io.impresario.job.executor;

import io.smallrye.mutiny.Uni;

/** A run under way. All three may be called at any time, repeatedly, from any thread. */
public interface Run {
  /** Ends the run as {@link RunOutcome.Cancelled}, unless it has ended before. */
  void cancel();

  /** Ends the run as {@link RunOutcome.Lost}, unless it has ended before. */
  void kill();

  /** Ends, and never fails, when no process and no temporary file of the run is left. */
  Uni<Void> released();
}
