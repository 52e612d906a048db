package io.impresario.schedule.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Compares the search with a scan of every real minute around a change of clocks. The oracle knows
 * the offset of an instant only: neither the parser nor the gap and overlap tables of the JDK.
 */
class FireTimesOracleTest {
  private static final long SEED = 20260329;
  private static final int EXPRESSIONS_PER_WINDOW = 25;
  private static final int DAYS_AROUND = 3;

  /**
   * Half-hour shifts, shifts at midnight and before it, southern summers, skipped and repeated
   * days, suspended summer times, and no changes at all.
   */
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "Europe/London",
          "Europe/Dublin",
          "America/New_York",
          "America/Los_Angeles",
          "America/St_Johns",
          "America/Sao_Paulo",
          "America/Havana",
          "America/Santiago",
          "America/Asuncion",
          "America/Nuuk",
          "America/Scoresbysund",
          "Australia/Lord_Howe",
          "Australia/Adelaide",
          "Pacific/Apia",
          "Pacific/Chatham",
          "Pacific/Kwajalein",
          "Africa/Cairo",
          "Africa/Casablanca",
          "Asia/Beirut",
          "Asia/Gaza",
          "Asia/Tehran",
          "Asia/Kolkata",
          "Asia/Kathmandu",
          "Asia/Pyongyang",
          "Antarctica/Troll",
          "Europe/Moscow");

  @Test
  void agreesWithAScanOfEveryMinute() {
    Random random = new Random(SEED);
    int compared = 0;
    for (String zoneName : ZONES) {
      ZoneId zone = ZoneId.of(zoneName);
      for (Instant centre : interestingMoments(zone)) {
        Scan scan = new Scan(zone, centre);
        for (int i = 0; i < EXPRESSIONS_PER_WINDOW; i++) {
          compared += compare(RandomCron.next(random), scan);
        }
      }
    }
    assertThat(compared).isGreaterThan(50_000);
  }

  private static int compare(RandomCron cron, Scan scan) {
    FireTimes times = new FireTimes(CronExpressionTest.expression(cron.text()), scan.zone);
    List<Instant> expected = scan.fireTimes(cron);
    List<Instant> found = new ArrayList<>();
    Optional<FireTime> next = times.after(scan.from.minusSeconds(1));
    while (next.isPresent() && next.get().at().isBefore(scan.to)) {
      found.add(next.get().at());
      next = times.after(next.get().at());
    }
    assertThat(found)
        .as("%s in %s around %s", cron.text(), scan.zone, scan.from)
        .isEqualTo(expected);
    return found.size();
  }

  /** Four changes of the recent past, four to come, and an ordinary week. */
  private static List<Instant> interestingMoments(ZoneId zone) {
    List<Instant> moments = new ArrayList<>();
    moments.add(Instant.parse("2026-07-08T00:00:00Z"));
    for (String start :
        List.of("1993-06-01T00:00:00Z", "2011-09-01T00:00:00Z", "2026-01-01T00:00:00Z")) {
      ZoneOffsetTransition transition = zone.getRules().nextTransition(Instant.parse(start));
      for (int i = 0; i < 3 && transition != null; i++) {
        moments.add(transition.getInstant());
        transition = zone.getRules().nextTransition(transition.getInstant());
      }
    }
    return moments;
  }

  /** Every real minute of some days, with its local time. */
  private static final class Scan {
    final ZoneId zone;
    final Instant from;
    final Instant to;
    private final List<Instant> minutes = new ArrayList<>();
    private final List<LocalDateTime> locals = new ArrayList<>();
    private final int[] minutesOfDay;
    private final TreeMap<LocalDateTime, Instant> firstAt = new TreeMap<>();
    private final TreeSet<LocalDate> days = new TreeSet<>();

    Scan(ZoneId zone, Instant centre) {
      this.zone = zone;
      this.from = centre.truncatedTo(ChronoUnit.DAYS).minus(DAYS_AROUND, ChronoUnit.DAYS);
      this.to = from.plus(2 * DAYS_AROUND, ChronoUnit.DAYS);
      Instant scanEnd = to.plus(2, ChronoUnit.DAYS);
      Instant minute = from.minus(2, ChronoUnit.DAYS);
      for (; minute.isBefore(scanEnd); minute = minute.plusSeconds(60)) {
        LocalDateTime local = LocalDateTime.ofInstant(minute, zone);
        minutes.add(minute);
        locals.add(local);
        firstAt.putIfAbsent(local, minute);
        days.add(local.toLocalDate());
      }
      minutesOfDay =
          locals.stream().mapToInt(local -> 60 * local.getHour() + local.getMinute()).toArray();
    }

    List<Instant> fireTimes(RandomCron cron) {
      return (cron.repeating() ? repeatedTimes(cron) : fixedTimes(cron))
          .stream().filter(at -> !at.isBefore(from) && at.isBefore(to)).toList();
    }

    private List<Instant> repeatedTimes(RandomCron cron) {
      BitSet times = new BitSet();
      cron.hours().stream()
          .forEach(hour -> cron.minutes().stream().forEach(m -> times.set(60 * hour + m)));
      List<Instant> all = new ArrayList<>();
      for (int i = 0; i < minutes.size(); i++) {
        if (times.get(minutesOfDay[i]) && matches(cron, locals.get(i))) {
          all.add(minutes.get(i));
        }
      }
      return all;
    }

    private TreeSet<Instant> fixedTimes(RandomCron cron) {
      TreeSet<Instant> all = new TreeSet<>();
      for (LocalDate day : days) {
        for (int hour : cron.hours().stream().toArray()) {
          for (int minute : cron.minutes().stream().toArray()) {
            LocalDateTime local = day.atTime(hour, minute);
            Map.Entry<LocalDateTime, Instant> known = firstAt.floorEntry(local);
            if (matches(cron, local) && known != null && firstAt.higherKey(local) != null) {
              all.add(known.getKey().equals(local) ? known.getValue() : afterGap(local));
            }
          }
        }
      }
      return all;
    }

    /** The first real minute at which the wall clock has passed a local time that never was. */
    private Instant afterGap(LocalDateTime local) {
      for (int i = 0; i < minutes.size(); i++) {
        if (locals.get(i).isAfter(local)) {
          return minutes.get(i);
        }
      }
      throw new AssertionError("the scan ends within a gap");
    }

    private static boolean matches(RandomCron cron, LocalDateTime local) {
      return cron.minutes().get(local.getMinute())
          && cron.hours().get(local.getHour())
          && cron.months().get(local.getMonthValue())
          && matchesDay(cron, local);
    }

    private static boolean matchesDay(RandomCron cron, LocalDateTime local) {
      boolean dayOfMonth = cron.daysOfMonth().get(local.getDayOfMonth());
      boolean dayOfWeek = cron.daysOfWeek().get(local.getDayOfWeek().getValue() % 7);
      if (cron.anyDayOfMonth()) {
        return dayOfWeek;
      }
      return cron.anyDayOfWeek() ? dayOfMonth : dayOfMonth || dayOfWeek;
    }
  }
}
