package io.impresario.schedule.cron;

import io.impresario.schedule.cron.FireTime.Placement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.List;
import java.util.Optional;

/**
 * An expression in a time zone: the pure function from a moment to the next fire time.
 *
 * <p>Fixed local times happen once a local day: a time that the clocks skip fires at the first
 * instant after the gap, a time that they repeat fires at its first occurrence. An expression with
 * {@code *} or a step in the minute or the hour instead follows the clock on the wall as real time
 * passes: it fires at every real minute whose local time matches, so that in an hour that occurs
 * twice both run, and between two sides of a gap nothing is missing.
 */
public record FireTimes(CronExpression expression, ZoneId zone) {

  /**
   * An expression may keep hitting gaps (a fixed date in the hour that the clocks skip), so its
   * rarest case is a few leap years long; past this it does not fire.
   */
  private static final int HORIZON_DAYS = 366 * 40;

  /** Of a stored expression and zone name; empty when either cannot be read (any more). */
  public static Optional<FireTimes> of(String cronExpression, String zoneName) {
    return CronExpression.parse(cronExpression) instanceof CronParsing.Understood understood
        ? TimeZones.find(zoneName).map(zone -> new FireTimes(understood.expression(), zone))
        : Optional.empty();
  }

  /** The first fire time strictly after {@code moment}; empty when there is none in forty years. */
  public Optional<FireTime> after(Instant moment) {
    return expression.repeatsWithinTheDay() ? afterByWallClock(moment) : afterByLocalTime(moment);
  }

  /** Offsets are constant between two transitions, so each such stretch is searched locally. */
  private Optional<FireTime> afterByWallClock(Instant moment) {
    ZoneRules rules = zone.getRules();
    Instant horizon = moment.plus(HORIZON_DAYS, ChronoUnit.DAYS);
    Instant from = moment.plusNanos(1);
    while (from.isBefore(horizon)) {
      ZoneOffset offset = rules.getOffset(from);
      ZoneOffsetTransition end = rules.nextTransition(from);
      Optional<LocalDateTime> local =
          expression.atOrAfter(wholeMinuteAtOrAfter(LocalDateTime.ofInstant(from, offset)));
      Optional<Instant> at = local.map(time -> time.toInstant(offset));
      if (at.isPresent() && (end == null || at.get().isBefore(end.getInstant()))) {
        return Optional.of(new FireTime(at.get(), local.get(), placement(local.get(), offset)));
      }
      if (end == null) {
        return Optional.empty();
      }
      from = end.getInstant();
    }
    return Optional.empty();
  }

  /** Later local times never fire earlier, so what lies before the wall clock's time is past. */
  private Optional<FireTime> afterByLocalTime(Instant moment) {
    LocalDateTime from = LocalDateTime.ofInstant(moment, zone).truncatedTo(ChronoUnit.MINUTES);
    LocalDateTime horizon = from.plusDays(HORIZON_DAYS);
    while (from.isBefore(horizon)) {
      Optional<LocalDateTime> local = expression.atOrAfter(from);
      if (local.isEmpty()) {
        return Optional.empty();
      }
      FireTime candidate = place(local.get());
      if (candidate.at().isAfter(moment) && exists(local.get().toLocalDate())) {
        return Optional.of(candidate);
      }
      from = local.get().plusMinutes(1);
    }
    return Optional.empty();
  }

  private FireTime place(LocalDateTime local) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.isEmpty()) {
      Instant afterGap = zone.getRules().getTransition(local).getInstant();
      return new FireTime(afterGap, local, Placement.AFTER_GAP);
    }
    ZoneOffset first = offsets.get(0);
    return new FireTime(local.toInstant(first), local, placement(local, first));
  }

  private Placement placement(LocalDateTime local, ZoneOffset offset) {
    List<ZoneOffset> offsets = zone.getRules().getValidOffsets(local);
    if (offsets.size() < 2) {
      return Placement.ORDINARY;
    }
    return offset.equals(offsets.get(0)) ? Placement.FIRST_OF_TWO : Placement.SECOND_OF_TWO;
  }

  /** A zone that moves across the date line skips a whole day (Samoa, 30 December 2011). */
  private boolean exists(LocalDate day) {
    return day.atStartOfDay(zone).toLocalDate().equals(day);
  }

  private static LocalDateTime wholeMinuteAtOrAfter(LocalDateTime time) {
    LocalDateTime minute = time.truncatedTo(ChronoUnit.MINUTES);
    return minute.equals(time) ? minute : minute.plusMinutes(1);
  }
}
