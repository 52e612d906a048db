package io.impresario.job.logline;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes the values of injected credentials out of what a run says. Values are also found as they
 * look inside JSON and in URLs, and the lines of a value of several lines each by itself. The
 * longest goes first, so that a value that holds another leaves no rest.
 */
public final class Redaction {
  private static final String MARK = "[redacted]";

  /** A line of a longer value that is shorter than this, such as a brace, tells nothing. */
  private static final int MIN_LINE = 8;

  private final @Nullable Pattern secrets;

  public Redaction(Collection<String> values) {
    Set<String> spellings =
        values.stream()
            .flatMap(Redaction::spellings)
            .filter(text -> !text.isEmpty())
            .collect(
                Collectors.toCollection(
                    () ->
                        new TreeSet<>(
                            Comparator.comparingInt(String::length)
                                .reversed()
                                .thenComparing(Comparator.naturalOrder()))));
    this.secrets =
        spellings.isEmpty()
            ? null
            : Pattern.compile(
                spellings.stream().map(Pattern::quote).collect(Collectors.joining("|")));
  }

  public String apply(String text) {
    return secrets == null
        ? text
        : secrets.matcher(text).replaceAll(Matcher.quoteReplacement(MARK));
  }

  public @Nullable String applyTo(@Nullable String text) {
    return text == null ? null : apply(text);
  }

  private static Stream<String> spellings(String value) {
    Stream<String> lines =
        value.lines().map(String::strip).filter(line -> line.length() >= MIN_LINE);
    return Stream.concat(Stream.of(value), lines)
        .flatMap(
            text ->
                Stream.of(
                    text, jsonEscaped(text), URLEncoder.encode(text, StandardCharsets.UTF_8)));
  }

  private static String jsonEscaped(String text) {
    return text.replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("\n", "\\n")
        .replace("\r", "\\r")
        .replace("\t", "\\t");
  }
}
