package io.impresario.job.logline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.Base64;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a secret may look where a program prints it: as it is, inside JSON, in a URL, in HTML and in
 * base64, and the lines of a secret of several lines each by itself.
 */
final class Spellings {
  /** A line of a longer value that is shorter than this, such as a brace, tells nothing. */
  private static final int MIN_LINE = 8;

  /** Fewer characters of base64 stand in many texts by chance. */
  private static final int MIN_BASE64 = 6;

  /** Bounds the memory of a run; a workflow's credentials seldom have a hundredth of it. */
  private static final int MAX_CHARACTERS = 300_000;

  private Spellings() {}

  /** All spellings of all values, the plain ones in any case, the others while they fit. */
  static Set<String> of(Collection<String> values) {
    List<String> texts = values.stream().flatMap(Spellings::withLines).distinct().toList();
    Set<String> all = new LinkedHashSet<>(texts);
    int characters = all.stream().mapToInt(String::length).sum();
    for (String spelling :
        (Iterable<String>) texts.stream().flatMap(Spellings::encoded)::iterator) {
      if (characters + spelling.length() <= MAX_CHARACTERS && all.add(spelling)) {
        characters += spelling.length();
      }
    }
    return all;
  }

  private static Stream<String> withLines(String value) {
    Stream<String> lines =
        value.lines().map(String::strip).filter(line -> line.length() >= MIN_LINE);
    return Stream.concat(Stream.of(value), lines);
  }

  private static Stream<String> encoded(String text) {
    String form = URLEncoder.encode(text, UTF_8);
    String component =
        form.replace("+", "%20")
            .replace("%21", "!")
            .replace("%27", "'")
            .replace("%28", "(")
            .replace("%29", ")")
            .replace("%7E", "~");
    String json = json(text);
    String html = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    return Stream.of(
            Stream.of(json, json.replace("/", "\\/"), ascii(json)),
            Stream.of(form, component, lowerHex(form), lowerHex(component)),
            Stream.of(
                html,
                html.replace("\"", "&quot;").replace("'", "&#39;"),
                html.replace("\"", "&#34;").replace("'", "&#x27;")),
            base64(text))
        .flatMap(spellings -> spellings);
  }

  private static String json(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }

  private static String ascii(String text) {
    StringBuilder out = new StringBuilder();
    text.chars()
        .forEach(
            c -> {
              if (c < 0x80) {
                out.append((char) c);
              } else {
                out.append(String.format(Locale.ROOT, "\\u%04x", c));
              }
            });
    return out.toString();
  }

  private static String lowerHex(String encoded) {
    StringBuilder out = new StringBuilder(encoded);
    for (int i = encoded.indexOf('%'); i >= 0; i = encoded.indexOf('%', i + 1)) {
      for (int digit = i + 1; digit <= i + 2; digit++) {
        out.setCharAt(digit, Character.toLowerCase(encoded.charAt(digit)));
      }
    }
    return out.toString();
  }

  /**
   * What all base64 of a text that has this one in it has in common: one stretch for each of the
   * three places in a group of three bytes where it may begin.
   */
  private static Stream<String> base64(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    return IntStream.range(0, 3)
        .mapToObj(before -> base64(bytes, before))
        .filter(part -> part.length() >= MIN_BASE64)
        .flatMap(part -> Stream.of(part, part.replace('+', '-').replace('/', '_')));
  }

  private static String base64(byte[] bytes, int before) {
    byte[] shifted = new byte[before + bytes.length];
    System.arraycopy(bytes, 0, shifted, before, bytes.length);
    int from = (8 * before + 5) / 6;
    int to = 8 * shifted.length / 6;
    return from >= to ? "" : Base64.getEncoder().encodeToString(shifted).substring(from, to);
  }
}
