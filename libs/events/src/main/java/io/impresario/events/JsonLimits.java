package io.impresario.events;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How large the parts of a JSON value may be, for every value that enters from outside. Each limit
 * is at most what Jackson and PostgreSQL take by default, so that whatever is accepted and stored
 * can be read again by every consumer: an event that its consumers could not decode would never
 * have an effect.
 */
public final class JsonLimits {
  /** Objects and arrays inside each other in a request, as the API's contract says. */
  public static final int MAX_DEPTH = 64;

  /**
   * The same in a result, which a program may have taken from a page: half of what Jackson reads by
   * default, since an event and a callback put it inside their own.
   */
  public static final int MAX_RESULT_DEPTH = 500;

  /** Bytes of a member's name in UTF-8; Jackson's default. */
  public static final int MAX_NAME_BYTES = 50_000;

  /** Digits of a number, those of its fraction and exponent included; Jackson's default. */
  public static final int MAX_NUMBER_DIGITS = 1_000;

  /** Jackson writes no plain digits beyond ±9,999, and a larger exponent can overflow decimals. */
  public static final int MAX_EXPONENT_DIGITS = 4;

  /** Bytes of the whole text, and so of each string in it: the largest message of a topic. */
  public static final int MAX_BYTES = 16 << 20;

  private static final Pattern LARGE_EXPONENT =
      Pattern.compile("[eE][+-]?[0-9]{" + (MAX_EXPONENT_DIGITS + 1) + "}");

  /** Where Jackson's messages name its own API. */
  private static final Pattern SETTING = Pattern.compile(", from `[^`]*`");

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(constraints(MAX_RESULT_DEPTH))
          .build();

  private JsonLimits() {}

  /** Why the consumers of this result could not read it; empty when they can. */
  public static Optional<String> problem(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_BYTES) {
      return Optional.of("The JSON has more than " + MAX_BYTES + " bytes");
    }
    try (JsonParser parser = JSON.createParser(bytes)) {
      int values = 0;
      while (parser.nextToken() != null) {
        values += parser.getParsingContext().inRoot() ? 1 : 0;
        if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT
            && LARGE_EXPONENT.matcher(parser.getText()).find()) {
          return Optional.of("An exponent has more than " + MAX_EXPONENT_DIGITS + " digits");
        }
      }
      return values == 1
          ? Optional.empty()
          : Optional.of(values == 0 ? "The JSON is empty" : "The JSON has more than one value");
    } catch (JsonProcessingException beyond) {
      return Optional.of(SETTING.matcher(beyond.getOriginalMessage()).replaceAll(""));
    } catch (IOException impossible) {
      throw new UncheckedIOException("bytes in memory", impossible);
    }
  }

  /**
   * The limits on a request that Jackson checks itself: not the exponent's nor the whole text's.
   */
  public static StreamReadConstraints constraints() {
    return constraints(MAX_DEPTH);
  }

  private static StreamReadConstraints constraints(int depth) {
    return StreamReadConstraints.builder()
        .maxNestingDepth(depth)
        .maxNameLength(MAX_NAME_BYTES)
        .maxNumberLength(MAX_NUMBER_DIGITS)
        .maxStringLength(MAX_BYTES)
        .build();
  }
}
