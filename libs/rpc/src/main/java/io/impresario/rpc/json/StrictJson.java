package io.impresario.rpc.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.impresario.events.JsonLimits;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Reads one JSON text: RFC 8259 in UTF-8, within {@link JsonLimits}, and besides no duplicate keys,
 * no U+0000 and no lone surrogate in any string. What passes can be stored in PostgreSQL and read
 * by any parser. Keeps the positions of the values at the top and allocates nothing for those
 * below.
 */
public final class StrictJson {
  /** A body and its {@code json}: what every request is asked for. */
  private static final int LEVELS_OF_BODY = 2;

  private static final int DECODED_AT_ONCE = 2 << 10;
  private static final Pattern LARGE_EXPONENT =
      Pattern.compile("[eE][+-]?[0-9]{" + (JsonLimits.MAX_EXPONENT_DIGITS + 1) + "}");

  /**
   * Without the features that trust the author: the names are not interned, colliding hashes of
   * them are not an error, and a byte order mark or UTF-16 is not JSON.
   */
  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CHARSET_DETECTION)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(JsonLimits.constraints())
          .build();

  private final byte[] source;
  private final int offset;
  private final JsonParser parser;

  private final boolean escapes;

  private StrictJson(byte[] source, int start, int end, JsonParser parser) {
    this.source = source;
    this.offset = start;
    this.parser = parser;
    this.escapes = hasUnicodeEscape(source, start, end);
  }

  /**
   * @throws MalformedJsonException when the text is not strict JSON
   */
  public static JsonValue parse(byte[] source) {
    if (source.length > JsonLimits.MAX_BYTES) {
      throw new MalformedJsonException("the text is too long");
    }
    requireUtf8(source);
    return parse(source, 0, source.length, LEVELS_OF_BODY);
  }

  /**
   * The value that fills a part of the source.
   *
   * @param levels how many levels of children to find
   */
  static JsonValue parse(byte[] source, int start, int end, int levels) {
    try (JsonParser parser = JSON.createParser(source, start, end - start)) {
      if (parser.nextToken() == null) {
        throw new MalformedJsonException("there is no value");
      }
      JsonValue value = new StrictJson(source, start, end, parser).value(levels);
      if (parser.nextToken() != null) {
        throw new MalformedJsonException("something follows the value");
      }
      return value;
    } catch (IOException malformed) {
      throw new MalformedJsonException(String.valueOf(malformed.getMessage()));
    }
  }

  static String text(byte[] source, int start, int end) {
    try (JsonParser parser = JSON.createParser(source, start, end - start)) {
      parser.nextToken();
      return parser.getText();
    } catch (IOException impossible) {
      throw new IllegalStateException("the source was validated", impossible);
    }
  }

  /** The value at the current token; afterwards the parser is at its end. */
  private JsonValue value(int levels) throws IOException {
    int start = at(parser.currentTokenLocation());
    Map<String, JsonValue> members = null;
    List<JsonValue> elements = null;
    if (levels > 0 && parser.currentToken() == JsonToken.START_OBJECT) {
      members = members(levels - 1);
    } else if (levels > 0 && parser.currentToken() == JsonToken.START_ARRAY) {
      elements = elements(levels - 1);
    } else {
      skipValue();
    }
    // Strings are read lazily: without this the location would still be inside the value.
    parser.finishToken();
    return new JsonValue(source, start, at(parser.currentLocation()), members, elements);
  }

  private Map<String, JsonValue> members(int levels) throws IOException {
    Map<String, JsonValue> members = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      requireSound();
      String name = parser.currentName();
      parser.nextToken();
      members.put(name, value(levels));
    }
    return members;
  }

  private List<JsonValue> elements(int levels) throws IOException {
    List<JsonValue> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(levels));
    }
    return elements;
  }

  private void skipValue() throws IOException {
    int depth = 0;
    while (true) {
      requireSound();
      if (parser.currentToken().isStructStart()) {
        depth++;
      } else if (parser.currentToken().isStructEnd()) {
        depth--;
      }
      if (depth == 0) {
        return;
      }
      parser.nextToken();
    }
  }

  private int at(JsonLocation location) {
    return offset + (int) location.getByteOffset();
  }

  /** Judges the current token by what Jackson lets pass. */
  private void requireSound() throws IOException {
    switch (parser.currentToken()) {
      case FIELD_NAME, VALUE_STRING -> requireSoundText();
      case VALUE_NUMBER_FLOAT -> requireSmallExponent();
      default -> {}
    }
  }

  /** Escapes can spell what UTF-8 cannot; without any, a long text is not decoded here. */
  private void requireSoundText() throws IOException {
    if (!escapes) {
      return;
    }
    char[] units = parser.getTextCharacters();
    int end = parser.getTextOffset() + parser.getTextLength();
    for (int i = parser.getTextOffset(); i < end; i++) {
      if (units[i] == 0) {
        throw new MalformedJsonException("U+0000 in a string");
      }
      if (Character.isSurrogate(units[i])
          && (i + 1 == end || !Character.isSurrogatePair(units[i], units[++i]))) {
        throw new MalformedJsonException("a lone surrogate");
      }
    }
  }

  private static boolean hasUnicodeEscape(byte[] source, int start, int end) {
    for (int i = start + 1; i < end; i++) {
      if (source[i] == 'u' && source[i - 1] == '\\') {
        return true;
      }
    }
    return false;
  }

  private void requireSmallExponent() throws IOException {
    if (LARGE_EXPONENT.matcher(parser.getText()).find()) {
      throw new MalformedJsonException("an exponent is too large");
    }
  }

  /** Jackson decodes overlong forms and surrogates without a word. */
  private static void requireUtf8(byte[] source) {
    CharsetDecoder decoder = UTF_8.newDecoder();
    ByteBuffer bytes = ByteBuffer.wrap(source);
    CharBuffer units = CharBuffer.allocate(DECODED_AT_ONCE);
    while (bytes.hasRemaining()) {
      if (decoder.decode(bytes, units.clear(), true).isError()) {
        throw new MalformedJsonException("not UTF-8");
      }
    }
  }
}
