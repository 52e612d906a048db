package io.impresario.job.executor;

import java.util.concurrent.CompletionStage;

/** A run under way. All three may be called at any time, repeatedly, from any thread. */
public interface Run {
  /**
   * Ends the run as {@link RunOutcome.Cancelled}, unless it has ended before.
   *
   * @return {@link #released}
   */
  CompletionStage<Void> cancel();

  /**
   * Ends the run as {@link RunOutcome.Lost}, unless it has ended before.
   *
   * @return {@link #released}
   */
  CompletionStage<Void> kill();

  /** Completes, never exceptionally, when no process and no temporary file of the run is left. */
  CompletionStage<Void> released();
}
