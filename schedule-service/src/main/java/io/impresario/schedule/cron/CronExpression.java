package io.impresario.schedule.cron;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Optional;

/**
 * A standard five-field cron expression. It knows local calendars only; {@link FireTimes} places it
 * in a time zone.
 *
 * @param text as the author wrote it
 */
public record CronExpression(
    String text,
    FieldSet minutes,
    FieldSet hours,
    FieldSet daysOfMonth,
    FieldSet months,
    FieldSet daysOfWeek) {

  /** 29 February is at most eight years away (1896-1904, 2096-2104); nothing is rarer. */
  private static final int MAX_YEARS_BETWEEN = 9;

  public static CronParsing parse(String text) {
    return new CronParser().parse(text);
  }

  /**
   * Whether it speaks of an interval ({@code *} or a step in the minute or the hour) rather than of
   * fixed local times; the two follow different rules when clocks change.
   */
  public boolean repeatsWithinTheDay() {
    return minutes.repeating() || hours.repeating();
  }

  boolean matches(LocalDateTime time) {
    return minutes.contains(time.getMinute())
        && hours.contains(time.getHour())
        && matchesDay(time.toLocalDate());
  }

  /** When both day fields are restricted, either is enough. */
  private boolean matchesDay(LocalDate day) {
    if (!months.contains(day.getMonthValue())) {
      return false;
    }
    boolean dayOfMonth = daysOfMonth.contains(day.getDayOfMonth());
    boolean dayOfWeek = daysOfWeek.contains(day.getDayOfWeek().getValue() % 7);
    return daysOfMonth.any() || daysOfWeek.any()
        ? dayOfMonth && dayOfWeek
        : dayOfMonth || dayOfWeek;
  }

  /** The first local minute that matches, not before {@code from}. */
  Optional<LocalDateTime> atOrAfter(LocalDateTime from) {
    LocalDate day = from.toLocalDate();
    if (matchesDay(day)) {
      Optional<LocalDateTime> today = timeOfDay(day, from.getHour(), from.getMinute());
      if (today.isPresent()) {
        return today;
      }
    }
    LocalDate limit = day.plusYears(MAX_YEARS_BETWEEN);
    for (day = day.plusDays(1); day.isBefore(limit); day = dayAfter(day)) {
      if (matchesDay(day)) {
        return Optional.of(day.atTime(hours.first(), minutes.first()));
      }
    }
    return Optional.empty();
  }

  private LocalDate dayAfter(LocalDate day) {
    return months.contains(day.getMonthValue())
        ? day.plusDays(1)
        : day.withDayOfMonth(1).plusMonths(1);
  }

  private Optional<LocalDateTime> timeOfDay(LocalDate day, int fromHour, int fromMinute) {
    int hour = hours.atOrAfter(fromHour);
    if (hour < 0) {
      return Optional.empty();
    }
    int minute = minutes.atOrAfter(hour == fromHour ? fromMinute : 0);
    if (minute >= 0) {
      return Optional.of(day.atTime(hour, minute));
    }
    int laterHour = hours.atOrAfter(hour + 1);
    return laterHour < 0 ? Optional.empty() : Optional.of(day.atTime(laterHour, minutes.first()));
  }
}
