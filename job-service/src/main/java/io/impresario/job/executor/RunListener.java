package io.impresario.job.executor;

import java.time.Instant;
import java.util.concurrent.CompletionStage;

/**
 * Hears about one run, in order, on a thread of the executor that must not be blocked. {@link
 * #ended} is called exactly once and last.
 */
public interface RunListener {
  /** The browser runs and its page is open (at the start URL if there is one). */
  void browserReady();

  /** The handler was called; the timeout counts from here. */
  void started(Instant at);

  /**
   * A line was said. The stage completes when the line is taken; a run whose lines are not taken is
   * made to wait before it may say more.
   */
  CompletionStage<Void> log(LogEntry entry);

  /** A file was kept. */
  void artifact(Artifact artifact);

  /** The run is over. Its processes may still be dying: see {@link Run#released}. */
  void ended(RunEnd end);
}
