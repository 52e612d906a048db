package io.impresario.log.query;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * A position as an opaque text. Its checksum covers the query too, so a token that was damaged, or
 * that another query gave, is told from a real one. It is no protection against forgery and needs
 * none: every statement is bound to the caller's tenant.
 */
final class PageToken {
  private static final int POSITION_BYTES = 4 * Long.BYTES;
  private static final int LENGTH = POSITION_BYTES + Integer.BYTES;

  private PageToken() {}

  static String encode(Position position, LogQuery query) {
    ByteBuffer bytes = ByteBuffer.allocate(LENGTH);
    bytes.putLong(ChronoUnit.MICROS.between(Instant.EPOCH, position.loggedAt()));
    bytes.putLong(position.jobId().getMostSignificantBits());
    bytes.putLong(position.jobId().getLeastSignificantBits());
    bytes.putLong(position.seq());
    bytes.putInt(checksum(bytes.array(), query));
    return base64(bytes.array());
  }

  /** Nothing when the text is no token of this query. */
  static Optional<Position> decode(String text, LogQuery query) {
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
    if (bytes.length != LENGTH) {
      return Optional.empty();
    }
    ByteBuffer in = ByteBuffer.wrap(bytes);
    if (in.getInt(POSITION_BYTES) != checksum(bytes, query) || !text.equals(base64(bytes))) {
      return Optional.empty();
    }
    Instant loggedAt = Instant.EPOCH.plus(in.getLong(), ChronoUnit.MICROS);
    return Optional.of(new Position(loggedAt, new UUID(in.getLong(), in.getLong()), in.getLong()));
  }

  /** The one spelling of these bytes: others decode to them too, and are refused. */
  private static String base64(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static int checksum(byte[] bytes, LogQuery query) {
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, POSITION_BYTES);
    crc.update(query.fingerprint().getBytes(StandardCharsets.UTF_8));
    return (int) crc.getValue();
  }
}
