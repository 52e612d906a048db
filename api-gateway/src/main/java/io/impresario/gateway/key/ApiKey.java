package io.impresario.gateway.key;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/**
 * A key as its owner holds it: {@code imp_}, 32 random bytes in 43 base62 digits, and 6 digits of
 * CRC-32 over all that, by which scanners for leaked secrets tell a key from noise. An operator may
 * configure a first key of another form. Never printed: {@link #toString} redacts.
 */
public record ApiKey(String text) {
  public static final String PREFIX = "imp_";

  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  private static final int BODY_DIGITS = 43;
  private static final int CHECK_DIGITS = 6;
  private static final int START_CHARACTERS = 8;
  private static final Pattern SHAPE = Pattern.compile(PREFIX + "[0-9A-Za-z]{49}");

  public static ApiKey random(RandomGenerator random) {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String body = PREFIX + base62(new BigInteger(1, bytes), BODY_DIGITS);
    return new ApiKey(body + checksum(body));
  }

  /** Whether this is a key of our form that was mistyped or made up: no lookup can find it. */
  public boolean isDamaged() {
    if (!SHAPE.matcher(text).matches()) {
      return false;
    }
    int end = text.length() - CHECK_DIGITS;
    return !checksum(text.substring(0, end)).equals(text.substring(end));
  }

  /** What the database keeps: SHA-256. The key has 256 random bits, so no salt and no slow hash. */
  public byte[] hash() {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  /** The first characters, for people to tell their keys apart. */
  public String start() {
    return text.substring(0, Math.min(START_CHARACTERS, text.length() / 2));
  }

  @Override
  public String toString() {
    return "ApiKey[redacted]";
  }

  private static String checksum(String body) {
    CRC32 crc = new CRC32();
    crc.update(body.getBytes(US_ASCII));
    return base62(BigInteger.valueOf(crc.getValue()), CHECK_DIGITS);
  }

  private static String base62(BigInteger number, int width) {
    BigInteger radix = BigInteger.valueOf(DIGITS.length());
    StringBuilder digits = new StringBuilder(width);
    BigInteger rest = number;
    for (int i = 0; i < width; i++) {
      BigInteger[] split = rest.divideAndRemainder(radix);
      digits.append(DIGITS.charAt(split[1].intValue()));
      rest = split[0];
    }
    return digits.reverse().toString();
  }
}
