package io.impresario.job.executor;

import java.nio.file.Path;
import java.time.Instant;

/**
 * Hears about one run, in order, on a thread of the executor that must not be blocked. {@link
 * #ended} is called exactly once, and nothing but lines of the log comes after it.
 */
public interface RunListener {
  /** The browser runs and its page is open (at the start URL if there is one). */
  void browserReady();

  /** The handler was called; the timeout counts from here. */
  void started(Instant at);

  /**
   * A line was logged. More lines than a few come only when those are taken; the run itself goes
   * on.
   *
   * @param taken to be called once, when the line is taken or given up
   */
  void log(Line line, Runnable taken);

  /** A file was kept. */
  void artifact(Artifact artifact);

  /** The run is over. Its processes may still be dying: see {@link Run#released}. */
  void ended(RunOutcome outcome);

  /**
   * One line of a run's log.
   *
   * @param seq from 1 per run, without gaps but where a line says that some are lost
   * @param message one line, at most 64 KiB of UTF-8
   */
  record Line(long seq, Level level, Source source, String message, Instant timestamp) {
    /** How much the line matters. */
    public enum Level {
      INFO,
      WARN,
      ERROR
    }

    /** Who wrote it. */
    public enum Source {
      EXECUTOR,
      CONSOLE,
      STDOUT,
      STDERR
    }
  }

  /** A file that a failed run left behind, already in the directory that the request named. */
  record Artifact(Kind kind, Path file) {
    /** What the file shows. */
    public enum Kind {
      SCREENSHOT,
      PAGE_HTML
    }
  }
}
