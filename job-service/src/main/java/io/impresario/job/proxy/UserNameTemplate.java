package io.impresario.job.proxy;

import io.impresario.events.spec.ProxyLocation;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy wants to be told the location: in the user name. {@code {country}}, {@code {state}},
 * {@code {city}}, {@code {zip}} and {@code {asn}} are replaced; a part in square brackets is left
 * out when a field in it is absent. Example: {@code acme-cc-{country}[-st-{state}][-city-{city}]}.
 */
public record UserNameTemplate(String text) {
  private static final Pattern OPTIONAL = Pattern.compile("\\[([^\\[\\]]*)]");
  private static final Pattern FIELD = Pattern.compile("\\{([a-z]+)}");

  public UserNameTemplate {
    FIELD
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .filter(name -> !name.matches("country|state|city|zip|asn"))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "impresario.proxy.residential.username: no field {" + name + "}");
            });
  }

  public String fill(ProxyLocation location) {
    String kept =
        OPTIONAL
            .matcher(text)
            .replaceAll(
                part ->
                    Matcher.quoteReplacement(
                        complete(part.group(1), location) ? part.group(1) : ""));
    return FIELD
        .matcher(kept)
        .replaceAll(
            field -> {
              String value = value(field.group(1), location);
              return Matcher.quoteReplacement(value == null ? "" : value);
            });
  }

  private static boolean complete(String part, ProxyLocation location) {
    return FIELD.matcher(part).results().allMatch(f -> value(f.group(1), location) != null);
  }

  private static @Nullable String value(String field, ProxyLocation location) {
    return switch (field) {
      case "country" -> location.country().toLowerCase(Locale.ROOT);
      case "state" -> lower(location.state());
      case "city" -> location.city();
      case "zip" -> location.zip();
      case "asn" -> location.asn();
      default -> throw new IllegalArgumentException("no field " + field);
    };
  }

  private static @Nullable String lower(@Nullable String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }
}
