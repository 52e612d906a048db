package io.impresario.events;

import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * How large the parts of a JSON value may be, for every value that enters from outside. Each limit
 * is at most what Jackson and PostgreSQL take by default, so that whatever is accepted and stored
 * can be read again by every consumer: an event that its consumers could not decode would never
 * have an effect.
 */
public final class JsonLimits {
  /** Objects and arrays inside each other, as the API's contract says. */
  public static final int MAX_DEPTH = 64;

  /** Bytes of a member's name in UTF-8; Jackson's default. */
  public static final int MAX_NAME_BYTES = 50_000;

  /** Digits of a number, those of its fraction and exponent included; Jackson's default. */
  public static final int MAX_NUMBER_DIGITS = 1_000;

  /** Jackson writes no plain digits beyond ±9,999, and a larger exponent can overflow decimals. */
  public static final int MAX_EXPONENT_DIGITS = 4;

  /** Bytes of the whole text, and so of each string in it: the largest message of a topic. */
  public static final int MAX_BYTES = 16 << 20;

  private JsonLimits() {}

  /** The limits that Jackson checks itself: not the exponent's and not the whole text's. */
  public static StreamReadConstraints constraints() {
    return StreamReadConstraints.builder()
        .maxNestingDepth(MAX_DEPTH)
        .maxNameLength(MAX_NAME_BYTES)
        .maxNumberLength(MAX_NUMBER_DIGITS)
        .maxStringLength(MAX_BYTES)
        .build();
  }
}
