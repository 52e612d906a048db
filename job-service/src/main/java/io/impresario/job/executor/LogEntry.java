package io.impresario.job.executor;

import java.time.Instant;

/**
 * One line that a run said.
 *
 * @param seq from 1 per run, without gaps
 * @param message one line, at most 64 KiB of UTF-8
 */
public record LogEntry(long seq, Level level, Source source, String message, Instant timestamp) {
  /** How much the line matters. */
  public enum Level {
    INFO,
    WARN,
    ERROR
  }

  /** Who said it. */
  public enum Source {
    EXECUTOR,
    CONSOLE,
    STDOUT,
    STDERR
  }
}
