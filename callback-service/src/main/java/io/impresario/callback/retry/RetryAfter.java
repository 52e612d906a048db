package io.impresario.callback.retry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the {@code Retry-After} header (RFC 9110, 10.2.3): seconds, or an HTTP date in any of its
 * three formats (5.6.7). The name of the weekday is not looked at.
 */
public final class RetryAfter {

  private RetryAfter() {}

  /** Empty when the header is absent or unreadable; a date that has passed is zero. */
  public static Optional<Duration> parse(@Nullable String header, Instant now) {
    if (header == null) {
      return Optional.empty();
    }
    String value = header.strip();
    if (!value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9')) {
      // More digits than a century of seconds has are as good as "very long".
      return Optional.of(
          Duration.ofSeconds(Long.parseLong(value.length() > 9 ? "999999999" : value)));
    }
    return formats(now).stream()
        .flatMap(format -> date(value, format).stream())
        .findFirst()
        .map(at -> at.isBefore(now) ? Duration.ZERO : Duration.between(now, at));
  }

  private static Optional<Instant> date(String value, DateTimeFormatter format) {
    int afterWeekday = value.indexOf(' ') + 1;
    try {
      return Optional.of(
          LocalDateTime.parse(value.substring(afterWeekday), format).toInstant(ZoneOffset.UTC));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  /**
   * {@code 02 Jan 2026 03:04:05 GMT}, {@code 02-Jan-26 03:04:05 GMT}, {@code Jan 2 03:04:05 2026}.
   */
  private static List<DateTimeFormatter> formats(Instant now) {
    // Two digits that seem more than 50 years ahead are of the century before.
    int firstYear = now.atOffset(ZoneOffset.UTC).getYear() - 49;
    return List.of(
        format().appendPattern("d MMM yyyy HH:mm:ss 'GMT'").toFormatter(Locale.ROOT),
        format()
            .appendPattern("d-MMM-")
            .appendValueReduced(ChronoField.YEAR, 2, 2, firstYear)
            .appendPattern(" HH:mm:ss 'GMT'")
            .toFormatter(Locale.ROOT),
        format().appendPattern("MMM ppd HH:mm:ss yyyy").toFormatter(Locale.ROOT));
  }

  private static DateTimeFormatterBuilder format() {
    return new DateTimeFormatterBuilder().parseCaseInsensitive();
  }
}
