package io.impresario.rpc;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The sentences of {@code x-impresario-warnings}: few, short and in ASCII, since they travel in a
 * header.
 */
final class Warnings {
  private static final int MAX_WARNINGS = 10;
  private static final int MAX_NAME = 64;

  private Warnings() {}

  static List<String> of(
      Collection<String> given, Set<String> known, List<Object> path, List<Input> nested) {
    List<String> warnings = new ArrayList<>();
    String prefix = path.stream().map(step -> step + ".").collect(Collectors.joining());
    for (String field : given) {
      if (!known.contains(field) && warnings.size() < MAX_WARNINGS) {
        warnings.add(sentence(prefix, field, known));
      }
    }
    nested.forEach(inner -> warnings.addAll(inner.warnings()));
    return warnings.subList(0, Math.min(MAX_WARNINGS, warnings.size()));
  }

  private static String sentence(String prefix, String field, Set<String> known) {
    String named = "unknown field " + printable(prefix + field);
    if (field.length() > MAX_NAME) {
      return named;
    }
    return named
        + DidYouMean.closest(field, known)
            .map(close -> ", did you mean " + printable(prefix + close) + "?")
            .orElse("");
  }

  private static String printable(String name) {
    String cut = name.length() > MAX_NAME ? name.substring(0, MAX_NAME) + "..." : name;
    String escaped = new String(JsonStringEncoder.getInstance().quoteAsString(cut));
    StringBuilder ascii = new StringBuilder("'");
    escaped.chars().forEach(unit -> ascii.append(unit < 0x7F ? (char) unit : '?'));
    return ascii.append("'").toString();
  }
}
