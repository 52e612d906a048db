package io.impresario.schedule.firing;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.schedule.cron.FireTimes;
import io.impresario.schedule.firing.FiringDecision.Fire;
import io.impresario.schedule.firing.FiringDecision.Miss;
import io.impresario.schedule.firing.FiringDecision.Unreadable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FiringDecisionTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Test
  void firesWhatIsDueAndPlansTheNextFromTheExpression() {
    assertThat(decide("0 * * * *", "2026-06-01T10:00:00Z", "2026-06-01T10:00:00.250Z"))
        .isEqualTo(
            new Fire(at("2026-06-01T10:00:00Z"), Optional.empty(), next("2026-06-01T11:00:00Z")));
  }

  @Test
  void collapsesWhatWasMissedIntoTheNewest() {
    assertThat(decide("*/10 * * * *", "2026-06-01T10:00:00Z", "2026-06-01T15:34:00Z"))
        .isEqualTo(
            new Fire(
                at("2026-06-01T15:30:00Z"),
                next("2026-06-01T10:00:00Z"),
                next("2026-06-01T15:40:00Z")));
  }

  @Test
  void leavesWhatIsAsOldAsTheWindow() {
    assertThat(decide("0 10 * * *", "2026-06-01T10:00:00Z", "2026-06-01T10:59:59.999Z"))
        .isInstanceOf(Fire.class);
    assertThat(decide("0 10 * * *", "2026-06-01T10:00:00Z", "2026-06-01T11:00:00Z"))
        .isEqualTo(new Miss(at("2026-06-01T10:00:00Z"), next("2026-06-02T10:00:00Z")));
    assertThat(decide("0 10 * * *", "2026-06-01T10:00:00Z", "2026-06-04T09:59:00Z"))
        .isEqualTo(new Miss(at("2026-06-01T10:00:00Z"), next("2026-06-04T10:00:00Z")));
  }

  @Test
  void hasNoNextForWhatItCannotRead() {
    FiringDecision decision =
        FiringDecision.of(
            Optional.empty(), at("2026-06-01T10:00:00Z"), at("2026-06-01T10:00:00Z"), HOUR);

    assertThat(decision).isEqualTo(new Unreadable());
    assertThat(decision.next()).isEmpty();
  }

  /**
   * Whatever the downtime and the window: never early, never older than it may be, always onward.
   */
  @Test
  void keepsItsLawsForAnyDowntime() {
    Random random = new Random(20260601);
    String[] expressions = {"* * * * *", "*/7 * * * *", "5,35 3 * * *", "0 0 * * 1", "0 12 29 2 *"};
    for (int i = 0; i < 2000; i++) {
      FireTimes times = times(expressions[random.nextInt(expressions.length)]);
      Instant created = at("2026-01-01T00:00:00Z").plusSeconds(random.nextInt(40_000_000));
      Instant due = times.after(created).orElseThrow().at();
      Instant now = due.plusSeconds((long) Math.pow(10, random.nextDouble() * 7) - 1);
      Duration window = Duration.ofMinutes(random.nextInt(600));
      FiringDecision decision = FiringDecision.of(Optional.of(times), due, now, window);

      assertThat(decision.next().orElseThrow()).isAfter(now);
      assertThat(decision.next()).isEqualTo(times.after(now).map(time -> time.at()));
      if (decision instanceof Fire fire) {
        assertThat(fire.nominal()).isBetween(due, now).isAfter(now.minus(window));
        assertThat(times.after(fire.nominal()).orElseThrow().at())
            .isEqualTo(fire.next().orElseThrow());
        assertThat(fire.standsFor().isPresent()).isEqualTo(fire.nominal().isAfter(due));
      } else {
        Instant horizon = now.minus(window);
        assertThat(due).isBeforeOrEqualTo(horizon);
        assertThat(times.after(horizon).orElseThrow().at()).isAfter(now);
      }
    }
  }

  private static FiringDecision decide(String expression, String due, String now) {
    return FiringDecision.of(Optional.of(times(expression)), at(due), at(now), HOUR);
  }

  private static FireTimes times(String expression) {
    return FireTimes.of(expression, "UTC").orElseThrow();
  }

  private static Instant at(String text) {
    return Instant.parse(text);
  }

  private static Optional<Instant> next(String text) {
    return Optional.of(at(text));
  }
}
