package io.impresario.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** The ids of rows and events (RFC 9562). */
public final class Ids {
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Milliseconds and a 12-bit count within them, as one number that only grows. */
  private static final AtomicLong LAST = new AtomicLong();

  private Ids() {}

  /**
   * A version 7 UUID: later ones sort after earlier ones within this process, also within a
   * millisecond and when the clock steps back, so that inserts stay at the end of an index.
   */
  public static UUID next(Clock clock) {
    long now = clock.millis() << 12;
    long stamp = LAST.updateAndGet(last -> Math.max(last + 1, now));
    long high = (stamp >>> 12) << 16 | 0x7000L | (stamp & 0xFFF);
    long low = (RANDOM.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }

  /** The version 5 UUID of a name: the same for the same arguments, for ever. */
  public static UUID named(UUID namespace, String name) {
    try {
      MessageDigest sha1 = MessageDigest.getInstance("SHA-1");
      ByteBuffer prefix = ByteBuffer.allocate(16);
      prefix.putLong(namespace.getMostSignificantBits());
      prefix.putLong(namespace.getLeastSignificantBits());
      sha1.update(prefix.array());
      ByteBuffer hash = ByteBuffer.wrap(sha1.digest(name.getBytes(UTF_8)));
      long high = (hash.getLong() & ~0xF000L) | 0x5000L;
      long low = (hash.getLong() & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-1", missing);
    }
  }
}
