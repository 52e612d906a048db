package io.impresario.log.line;

import io.impresario.events.LogLine;

/**
 * Makes a line fit for the table. The executor cuts lines itself; this is the second fence, for
 * whatever else writes to the topic. The same line always comes out the same, so that a redelivery
 * does too.
 *
 * @param maxLineBytes UTF-8 bytes of a message that is left whole
 */
public record LineLimits(int maxLineBytes) {
  static final String CUT = " … [line cut]";

  /** PostgreSQL has no U+0000 in text. */
  private static final char NUL = '\0';

  private static final char REPLACEMENT = '\uFFFD';

  public LineLimits {
    if (maxLineBytes < 1024) {
      throw new IllegalArgumentException("maxLineBytes is below 1 KiB: " + maxLineBytes);
    }
  }

  public LogLine fit(LogLine line) {
    String message = clean(line.message());
    // Three bytes a character at most: the common short line is not measured.
    if (message.length() > maxLineBytes / 3 && Utf8.length(message) > maxLineBytes) {
      message = Utf8.prefix(message, maxLineBytes - Utf8.length(CUT)) + CUT;
    }
    String workflow = clean(line.workflow());
    return message.equals(line.message()) && workflow.equals(line.workflow())
        ? line
        : new LogLine(
            line.jobId(),
            line.tenantId(),
            workflow,
            line.seq(),
            line.level(),
            line.source(),
            message,
            line.timestamp());
  }

  private static String clean(String text) {
    return text.indexOf(NUL) < 0 ? text : text.replace(NUL, REPLACEMENT);
  }
}
