package io.impresario.testing.rules;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A log statement as it stands in the source.
 *
 * @param message its whole literal; empty when it does not begin with one
 */
public record LogEvent(String level, String message) {
  private static final String LITERAL = "\"(?:[^\"\\\\\\n]|\\\\.)*\"";

  /** A failure or a level may come before the message. */
  private static final Pattern STATEMENT =
      Pattern.compile(
          "\\bLOG\\s*\\.\\s*(trace|debug|info|warn|error|fatal|log)[fv]?\\s*\\("
              + "(?:\\s*[\\w.]+\\s*,)?\\s*((?:"
              + LITERAL
              + "\\s*\\+?\\s*)*)");

  private static final Pattern FORM =
      Pattern.compile("[a-z_]+\\.[a-z_]+( [a-z_]+=(\"%[.\\w]+\"|%[.\\w]+|\\w+))*");

  static List<LogEvent> in(String source) {
    return STATEMENT
        .matcher(source)
        .results()
        .map(found -> new LogEvent(found.group(1), text(found.group(2))))
        .toList();
  }

  private static String text(String literals) {
    StringBuilder text = new StringBuilder();
    Matcher literal = Pattern.compile(LITERAL).matcher(literals);
    while (literal.find()) {
      text.append(literals, literal.start() + 1, literal.end() - 1);
    }
    return text.toString().replace("\\\"", "\"");
  }

  /** The first word, as {@code delivery.attempted}. */
  public String key() {
    return message.split(" ", 2)[0];
  }

  boolean hasTheForm() {
    return FORM.matcher(message).matches();
  }
}
