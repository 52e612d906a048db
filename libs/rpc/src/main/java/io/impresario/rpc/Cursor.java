package io.impresario.rpc;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * Where a keyset page ended: the time (microseconds, as PostgreSQL keeps it) and id of its last
 * row. Opaque to clients; a checksum tells a damaged one from a real one. It grants nothing: every
 * query is bound to the caller's tenant as well.
 */
public record Cursor(Instant time, UUID id) {
  private static final int BODY_BYTES = 24;

  public static String encode(Instant time, UUID id) {
    ByteBuffer bytes = ByteBuffer.allocate(BODY_BYTES + 4);
    bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, time));
    bytes.putLong(id.getMostSignificantBits()).putLong(id.getLeastSignificantBits());
    bytes.putInt(checksum(bytes.array()));
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
  }

  /**
   * @throws RpcException 400 with an issue on {@code cursor} when the text is not an encoded cursor
   */
  public static Cursor decode(String text) {
    return decode(text, "cursor");
  }

  /**
   * @throws RpcException 400 with an issue on {@code field} when the text is not an encoded cursor
   */
  public static Cursor decode(String text, String field) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(text));
      Instant time = Instant.EPOCH.plus(bytes.getLong(), ChronoUnit.MICROS);
      UUID id = new UUID(bytes.getLong(), bytes.getLong());
      if (bytes.getInt() == checksum(bytes.array()) && !bytes.hasRemaining()) {
        return new Cursor(time, id);
      }
    } catch (IllegalArgumentException
        | BufferUnderflowException
        | DateTimeException
        | ArithmeticException damaged) {
      throw invalid(field);
    }
    throw invalid(field);
  }

  private static RpcException invalid(String field) {
    return RpcException.validation(List.of(Issue.custom(field, "Invalid cursor")));
  }

  private static int checksum(byte[] bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, BODY_BYTES);
    return (int) crc.getValue();
  }
}
