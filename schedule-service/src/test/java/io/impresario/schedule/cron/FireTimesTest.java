package io.impresario.schedule.cron;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.schedule.cron.FireTime.Placement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FireTimesTest {
  /** Clocks go 02:00 → 03:00. */
  private static final Instant BERLIN_SPRING = Instant.parse("2026-03-29T01:00:00Z");

  /** Clocks go 03:00 → 02:00. */
  private static final Instant BERLIN_AUTUMN = Instant.parse("2026-10-25T01:00:00Z");

  @Test
  void firesASkippedLocalTimeAtTheFirstInstantAfterTheGap() {
    FireTime found =
        times("30 2 * * *", "Europe/Berlin").after(BERLIN_SPRING.minusSeconds(1)).orElseThrow();

    assertThat(found)
        .isEqualTo(
            new FireTime(
                BERLIN_SPRING, LocalDateTime.parse("2026-03-29T02:30"), Placement.AFTER_GAP));
  }

  @Test
  void firesTwoSkippedLocalTimesOnce() {
    assertThat(
            between(
                "15,45 2,3 * * *", "Europe/Berlin", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"))
        .containsExactly("2026-03-29T01:00:00Z", "2026-03-29T01:15:00Z", "2026-03-29T01:45:00Z");
  }

  @Test
  void firesARepeatedLocalTimeAtItsFirstOccurrenceOnly() {
    assertThat(
            between("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00:00Z", "2026-10-26T00:00:00Z"))
        .containsExactly("2026-10-25T00:30:00Z");
  }

  @Test
  void keepsAnHourlyExpressionOneElapsedHourApart() {
    for (Instant change : List.of(BERLIN_SPRING, BERLIN_AUTUMN)) {
      List<Instant> found = instants("0 * * * *", "Europe/Berlin", change.minusSeconds(36_001), 20);
      for (int i = 1; i < found.size(); i++) {
        assertThat(Duration.between(found.get(i - 1), found.get(i))).isEqualTo(Duration.ofHours(1));
      }
    }
  }

  @Test
  void keepsAQuarterHourlyExpressionAFifteenMinuteRhythmThroughAHalfHourShift() {
    Instant change = Instant.parse("2026-04-04T15:00:00Z"); // Lord Howe: 02:00 → 01:30
    List<Instant> found =
        instants("*/15 * * * *", "Australia/Lord_Howe", change.minusSeconds(7201), 20);
    for (int i = 1; i < found.size(); i++) {
      assertThat(Duration.between(found.get(i - 1), found.get(i)))
          .isEqualTo(Duration.ofMinutes(15));
    }
  }

  @Test
  void saysWhichPassOfARepeatedHourItIs() {
    FireTimes times = times("*/30 * * * *", "Europe/Berlin");
    List<Placement> placements = new ArrayList<>();
    Instant from = BERLIN_AUTUMN.minusSeconds(5401);
    for (int i = 0; i < 6; i++) {
      FireTime found = times.after(from).orElseThrow();
      placements.add(found.placement());
      from = found.at();
    }
    assertThat(placements)
        .containsExactly(
            Placement.ORDINARY,
            Placement.FIRST_OF_TWO,
            Placement.FIRST_OF_TWO,
            Placement.SECOND_OF_TWO,
            Placement.SECOND_OF_TWO,
            Placement.ORDINARY);
  }

  @Test
  void skipsADayThatTheZoneSkips() {
    assertThat(between("0 9 * * *", "Pacific/Apia", "2011-12-29T00:00:00Z", "2011-12-31T12:00:00Z"))
        .containsExactly("2011-12-29T19:00:00Z", "2011-12-30T19:00:00Z");
  }

  @Test
  void isStrictlyAfterTheMomentToTheNanosecond() {
    FireTimes times = times("0 0 * * *", "UTC");
    Instant midnight = Instant.parse("2026-06-01T00:00:00Z");

    assertThat(times.after(midnight).orElseThrow().at()).isEqualTo("2026-06-02T00:00:00Z");
    assertThat(times.after(midnight.minusNanos(1)).orElseThrow().at()).isEqualTo(midnight);
  }

  @Test
  void knowsIanaZonesAndOnlyThose() {
    for (String name :
        List.of("UTC", "Europe/Berlin", "America/Argentina/Ushuaia", "EST", "Etc/GMT+5")) {
      assertThat(TimeZones.find(name)).as(name).isPresent();
    }
    for (String name :
        List.of("", "Z", "UTC+2", "+02:00", "Europe/berlin", "SystemV/PST8", "CEST", "x")) {
      assertThat(TimeZones.find(name)).as(name).isEmpty();
    }
    assertThat(TimeZones.suggest("europe/berlin")).contains("Europe/Berlin");
    assertThat(TimeZones.suggest("New York")).contains("America/New_York");
    assertThat(TimeZones.suggest("Atlantis")).isEmpty();
  }

  private static List<String> between(String text, String zone, String from, String to) {
    FireTimes times = times(text, zone);
    List<String> found = new ArrayList<>();
    Instant end = Instant.parse(to);
    FireTime next = times.after(Instant.parse(from)).orElseThrow();
    while (next.at().isBefore(end)) {
      found.add(next.at().toString());
      next = times.after(next.at()).orElseThrow();
    }
    return found;
  }

  private static List<Instant> instants(String text, String zone, Instant from, int count) {
    FireTimes times = times(text, zone);
    List<Instant> found = new ArrayList<>();
    Instant last = from;
    for (int i = 0; i < count; i++) {
      last = times.after(last).orElseThrow().at();
      found.add(last);
    }
    return found;
  }

  private static FireTimes times(String text, String zone) {
    return new FireTimes(CronExpressionTest.expression(text), ZoneId.of(zone));
  }
}
