package io.impresario.log.intake;

import io.impresario.events.LogLine;
import io.impresario.log.line.LineCodes;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.UUID;

/**
 * Lines in PostgreSQL's binary COPY format (its manual, "COPY", section "Binary Format"): half the
 * work of the text format on both sides, and nothing to escape. The columns are those of {@link
 * LineStore}.
 */
final class BinaryCopy {
  private static final byte[] SIGNATURE =
      "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
  private static final short COLUMNS = 8;
  private static final short END = -1;
  private static final int TYPICAL_ROW = 256;

  /** PostgreSQL counts microseconds from here. */
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");

  private BinaryCopy() {}

  static byte[] encode(Collection<LogLine> lines) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(lines.size() * TYPICAL_ROW + 64);
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.write(SIGNATURE);
      out.writeInt(0);
      out.writeInt(0);
      for (LogLine line : lines) {
        row(out, line);
      }
      out.writeShort(END);
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  private static void row(DataOutputStream out, LogLine line) throws IOException {
    out.writeShort(COLUMNS);
    uuid(out, line.tenantId());
    uuid(out, line.jobId());
    number(out, line.seq());
    number(out, ChronoUnit.MICROS.between(EPOCH, line.timestamp()));
    small(out, LineCodes.of(line.level()));
    small(out, LineCodes.of(line.source()));
    text(out, line.workflow());
    text(out, line.message());
  }

  private static void uuid(DataOutputStream out, UUID id) throws IOException {
    out.writeInt(2 * Long.BYTES);
    out.writeLong(id.getMostSignificantBits());
    out.writeLong(id.getLeastSignificantBits());
  }

  private static void number(DataOutputStream out, long value) throws IOException {
    out.writeInt(Long.BYTES);
    out.writeLong(value);
  }

  private static void small(DataOutputStream out, short value) throws IOException {
    out.writeInt(Short.BYTES);
    out.writeShort(value);
  }

  private static void text(DataOutputStream out, String value) throws IOException {
    byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
    out.writeInt(utf8.length);
    out.write(utf8);
  }
}
