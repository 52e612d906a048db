package io.impresario.rpc.json;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Reading inside JSON text that {@link StrictJson} has validated already. */
final class JsonScan {
  private JsonScan() {}

  static boolean isSpace(byte unit) {
    return unit == ' ' || unit == '\n' || unit == '\r' || unit == '\t';
  }

  static int skipSpace(byte[] source, int at) {
    int next = at;
    while (isSpace(source[next])) {
      next++;
    }
    return next;
  }

  /** The position after the value that begins at {@code at}. */
  static int skipValue(byte[] source, int at) {
    return switch (source[at]) {
      case '"' -> skipString(source, at);
      case '{', '[' -> skipNested(source, at);
      default -> skipScalar(source, at);
    };
  }

  static boolean hasEscape(byte[] source, int start, int end) {
    for (int i = start; i < end; i++) {
      if (source[i] == '\\') {
        return true;
      }
    }
    return false;
  }

  /** The characters of a string whose inside is {@code [start, end)}, without its quotes. */
  static String decode(byte[] source, int start, int end) {
    String text = new String(source, start, end - start, UTF_8);
    if (text.indexOf('\\') < 0) {
      return text;
    }
    StringBuilder decoded = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char unit = text.charAt(at++);
      if (unit != '\\') {
        decoded.append(unit);
        continue;
      }
      char kind = text.charAt(at++);
      if (kind == 'u') {
        decoded.append((char) Integer.parseInt(text, at, at + 4, 16));
        at += 4;
      } else {
        decoded.append(unescaped(kind));
      }
    }
    return decoded.toString();
  }

  private static char unescaped(char kind) {
    return switch (kind) {
      case 'b' -> '\b';
      case 'f' -> '\f';
      case 'n' -> '\n';
      case 'r' -> '\r';
      case 't' -> '\t';
      default -> kind;
    };
  }

  /** {@code value} as a JSON string in ASCII, with its quotes. */
  static String quote(String value) {
    StringBuilder quoted = new StringBuilder(value.length() + 2).append('"');
    for (int i = 0; i < value.length(); i++) {
      char unit = value.charAt(i);
      if (unit == '"' || unit == '\\') {
        quoted.append('\\').append(unit);
      } else if (unit < 0x20 || unit > 0x7E) {
        quoted.append(String.format("\\u%04x", (int) unit));
      } else {
        quoted.append(unit);
      }
    }
    return quoted.append('"').toString();
  }

  private static int skipString(byte[] source, int at) {
    int next = at + 1;
    while (source[next] != '"') {
      next += source[next] == '\\' ? 2 : 1;
    }
    return next + 1;
  }

  private static int skipNested(byte[] source, int at) {
    int depth = 0;
    int next = at;
    do {
      byte unit = source[next];
      if (unit == '"') {
        next = skipString(source, next);
        continue;
      }
      if (unit == '{' || unit == '[') {
        depth++;
      } else if (unit == '}' || unit == ']') {
        depth--;
      }
      next++;
    } while (depth > 0);
    return next;
  }

  private static int skipScalar(byte[] source, int at) {
    int next = at;
    while (next < source.length && ",]}".indexOf(source[next]) < 0 && !isSpace(source[next])) {
      next++;
    }
    return next;
  }
}
