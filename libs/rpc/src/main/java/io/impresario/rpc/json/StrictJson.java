package io.impresario.rpc.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HashSet;
import java.util.Set;

/**
 * Validates one JSON text: RFC 8259, UTF-8, and besides no duplicate keys, no nesting deeper than
 * 64, no U+0000 and no lone surrogate in any string. What passes can be stored in PostgreSQL and
 * read by any parser. Allocates nothing but the keys of the objects that are open.
 */
public final class StrictJson {
  public static final int MAX_DEPTH = 64;

  private final byte[] source;
  private int at;

  private StrictJson(byte[] source) {
    this.source = source;
  }

  /**
   * @throws MalformedJsonException when the text is not strict JSON
   */
  public static JsonValue parse(byte[] source) {
    StrictJson scan = new StrictJson(source);
    scan.skipSpace();
    int start = scan.at;
    scan.value(1);
    int end = scan.at;
    scan.skipSpace();
    if (scan.at != source.length) {
      throw new MalformedJsonException("something follows the value");
    }
    return JsonValue.of(source, start, end);
  }

  /**
   * @throws MalformedJsonException when the text is not strict JSON
   */
  public static JsonValue parse(String text) {
    return parse(text.getBytes(UTF_8));
  }

  private void value(int depth) {
    switch (peek()) {
      case '{' -> object(depth);
      case '[' -> array(depth);
      case '"' -> string();
      case 't' -> literal("true");
      case 'f' -> literal("false");
      case 'n' -> literal("null");
      default -> number();
    }
  }

  private void object(int depth) {
    enter(depth);
    if (closes('}')) {
      return;
    }
    Set<String> keys = new HashSet<>();
    while (true) {
      skipSpace();
      int start = at;
      string();
      if (!keys.add(JsonScan.decode(source, start + 1, at - 1))) {
        throw new MalformedJsonException("a key is given twice");
      }
      skipSpace();
      expect(':');
      skipSpace();
      value(depth + 1);
      if (closes('}')) {
        return;
      }
      expect(',');
    }
  }

  private void array(int depth) {
    enter(depth);
    if (closes(']')) {
      return;
    }
    while (true) {
      skipSpace();
      value(depth + 1);
      if (closes(']')) {
        return;
      }
      expect(',');
    }
  }

  private void enter(int depth) {
    if (depth > MAX_DEPTH) {
      throw new MalformedJsonException("nested too deeply");
    }
    at++;
  }

  private boolean closes(char bracket) {
    skipSpace();
    if (peek() == bracket) {
      at++;
      return true;
    }
    return false;
  }

  private void string() {
    expect('"');
    while (true) {
      int unit = peek();
      if (unit == '"') {
        at++;
        return;
      }
      if (unit == '\\') {
        escape();
      } else if (unit < 0x20) {
        throw new MalformedJsonException("a control character in a string");
      } else if (unit < 0x80) {
        at++;
      } else {
        multibyte(unit);
      }
    }
  }

  private void escape() {
    at++;
    int kind = peek();
    if (kind != 'u') {
      if ("\"\\/bfnrt".indexOf(kind) < 0) {
        throw new MalformedJsonException("an unknown escape");
      }
      at++;
      return;
    }
    at++;
    int unit = hex4();
    if (unit == 0) {
      throw new MalformedJsonException("U+0000 in a string");
    }
    if (Character.isLowSurrogate((char) unit)) {
      throw new MalformedJsonException("a lone surrogate");
    }
    if (Character.isHighSurrogate((char) unit)) {
      expect('\\');
      expect('u');
      if (!Character.isLowSurrogate((char) hex4())) {
        throw new MalformedJsonException("a lone surrogate");
      }
    }
  }

  private int hex4() {
    int unit = 0;
    for (int i = 0; i < 4; i++) {
      int digit = Character.digit(peek(), 16);
      if (digit < 0) {
        throw new MalformedJsonException("a bad escape");
      }
      unit = unit << 4 | digit;
      at++;
    }
    return unit;
  }

  /** One UTF-8 sequence of two to four bytes; overlong forms and surrogates are refused. */
  private void multibyte(int lead) {
    int length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4) {
      throw new MalformedJsonException("not UTF-8");
    }
    at++;
    int point = lead & (0xFF >> (length + 1));
    for (int i = 1; i < length; i++) {
      int next = peek();
      if ((next & 0xC0) != 0x80) {
        throw new MalformedJsonException("not UTF-8");
      }
      point = point << 6 | (next & 0x3F);
      at++;
    }
    boolean overlong = length == 3 && point < 0x800 || length == 4 && point < 0x10000;
    boolean surrogate = point >= 0xD800 && point <= 0xDFFF;
    if (overlong || surrogate || point > 0x10FFFF) {
      throw new MalformedJsonException("not UTF-8");
    }
  }

  private void literal(String word) {
    for (int i = 0; i < word.length(); i++) {
      expect(word.charAt(i));
    }
  }

  private void number() {
    if (more() && source[at] == '-') {
      at++;
    }
    if (peek() == '0') {
      at++;
    } else {
      digits();
    }
    if (more() && source[at] == '.') {
      at++;
      digits();
    }
    if (more() && (source[at] == 'e' || source[at] == 'E')) {
      at++;
      if (more() && (source[at] == '+' || source[at] == '-')) {
        at++;
      }
      digits();
    }
  }

  private void digits() {
    int start = at;
    while (more() && source[at] >= '0' && source[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw new MalformedJsonException("not a JSON value");
    }
  }

  private void expect(char unit) {
    if (peek() != unit) {
      throw new MalformedJsonException("expected " + unit);
    }
    at++;
  }

  private void skipSpace() {
    while (more() && JsonScan.isSpace(source[at])) {
      at++;
    }
  }

  private boolean more() {
    return at < source.length;
  }

  private int peek() {
    if (at >= source.length) {
      throw new MalformedJsonException("the text ends too early");
    }
    return source[at] & 0xFF;
  }
}
