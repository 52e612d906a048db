package io.impresario.callback.retry;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Retry-After} header (RFC 9110, 10.2.3): seconds or an HTTP date. */
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
    try {
      Instant at = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Optional.of(at.isBefore(now) ? Duration.ZERO : Duration.between(now, at));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }
}
