package io.impresario.log.line;

import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.events.LogSource;
import java.util.Optional;

/**
 * How much of a job's log is kept so far, and what that means for its next line. The executor ends
 * a job's log at its limit; this second fence keeps one job, whatever it writes, from filling the
 * table. A line that was counted before (a redelivery) is not counted again.
 *
 * @param lastSeq the highest sequence number that was counted, 0 before the first line
 * @param bytes UTF-8 bytes of the messages kept
 * @param cutAt the sequence number that the marker line stands at; lines after it are not kept
 */
public record JobVolume(long lastSeq, long bytes, long cutAt) {
  public static final String MARKER =
      "[impresario] The log of this job has reached its limit; what follows is not kept.";

  private static final long NOT_CUT = Long.MAX_VALUE;

  /** Before a job's first line. */
  public static final JobVolume EMPTY = new JobVolume(0, 0, NOT_CUT);

  /** What the table holds of the job. */
  public static JobVolume stored(long lastSeq, long bytes, boolean marked) {
    return new JobVolume(lastSeq, bytes, marked ? lastSeq : NOT_CUT);
  }

  public JobVolume after(LogLine line, long maxBytes) {
    if (line.seq() <= lastSeq || isCut()) {
      return this;
    }
    long total = bytes + Utf8.length(line.message());
    return total > maxBytes
        ? new JobVolume(line.seq(), bytes, line.seq())
        : new JobVolume(line.seq(), total, NOT_CUT);
  }

  /** What is kept of a line that {@link #after} has counted: itself, the marker, or nothing. */
  public Optional<LogLine> kept(LogLine line) {
    if (line.seq() < cutAt) {
      return Optional.of(line);
    }
    return line.seq() == cutAt ? Optional.of(marker(line)) : Optional.empty();
  }

  /** Whether the line follows what was counted, with nothing in between that others may have. */
  public boolean continuesWith(LogLine line) {
    return line.seq() <= lastSeq + 1;
  }

  private boolean isCut() {
    return cutAt != NOT_CUT;
  }

  private static LogLine marker(LogLine line) {
    return new LogLine(
        line.jobId(),
        line.tenantId(),
        line.workflow(),
        line.seq(),
        LogLevel.WARN,
        LogSource.EXECUTOR,
        MARKER,
        line.timestamp());
  }
}
