package io.impresario.callback.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryPlanTest {

  private static final RetryPlan PLAN =
      new RetryPlan(
          List.of(Duration.ofSeconds(5), Duration.ofMinutes(5), Duration.ofHours(24)),
          0.2,
          Duration.ofHours(24));
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void followsThePlanAndThenGivesUp() {
    assertThat(
            IntStream.rangeClosed(1, 4)
                .mapToObj(failures -> PLAN.delayAfter(failures, Optional.empty(), () -> 0.5)))
        .containsExactly(
            Optional.of(Duration.ofSeconds(5)),
            Optional.of(Duration.ofMinutes(5)),
            Optional.of(Duration.ofHours(24)),
            Optional.empty());
  }

  @Test
  void staysWithinTheJitterAndUsesAllOfIt() {
    Random random = new Random(42);
    var millis =
        IntStream.range(0, 10_000)
            .mapToLong(
                i ->
                    PLAN.delayAfter(1, Optional.empty(), random::nextDouble)
                        .orElseThrow()
                        .toMillis())
            .summaryStatistics();

    assertThat(millis.getMin()).isBetween(4_000L, 4_010L);
    assertThat(millis.getMax()).isBetween(5_990L, 6_000L);
    assertThat(millis.getAverage()).isBetween(4_950.0, 5_050.0);
  }

  @Test
  void letsTheTargetLengthenADelayUpToTheLimit() {
    assertThat(PLAN.delayAfter(1, Optional.of(Duration.ofMinutes(7)), () -> 0.5))
        .contains(Duration.ofMinutes(7));
    assertThat(PLAN.delayAfter(1, Optional.of(Duration.ofDays(7)), () -> 0.5))
        .contains(Duration.ofHours(24));
    assertThat(PLAN.delayAfter(2, Optional.of(Duration.ZERO), () -> 0.5))
        .contains(Duration.ofMinutes(5));
    assertThat(PLAN.delayAfter(4, Optional.of(Duration.ofMinutes(7)), () -> 0.5)).isEmpty();
  }

  @Test
  void readsRetryAfter() {
    assertThat(RetryAfter.parse(null, NOW)).isEmpty();
    assertThat(RetryAfter.parse(" 120 ", NOW)).contains(Duration.ofSeconds(120));
    assertThat(RetryAfter.parse("Fri, 02 Jan 2026 03:05:05 GMT", NOW))
        .contains(Duration.ofMinutes(1));
    assertThat(RetryAfter.parse("Friday, 02-Jan-26 03:05:05 GMT", NOW))
        .contains(Duration.ofMinutes(1));
    assertThat(RetryAfter.parse("Fri Jan  2 03:05:05 2026", NOW)).contains(Duration.ofMinutes(1));
    assertThat(RetryAfter.parse("Mon Jan 12 03:04:05 2026", NOW)).contains(Duration.ofDays(10));
    assertThat(RetryAfter.parse("Sunday, 06-Nov-94 08:49:37 GMT", NOW)).contains(Duration.ZERO);
    assertThat(RetryAfter.parse("Thu, 01 Jan 1970 00:00:00 GMT", NOW)).contains(Duration.ZERO);
    assertThat(RetryAfter.parse("99999999999999999999999", NOW).orElseThrow())
        .isGreaterThan(Duration.ofDays(365));
    for (String unreadable : List.of("", "soon", "-5", "1.5", "Fri, 99 Jan 2026 03:05:05 GMT")) {
      assertThat(RetryAfter.parse(unreadable, NOW)).as(unreadable).isEmpty();
    }
  }

  @Test
  void refusesAPlanThatCannotBe() {
    assertThatThrownBy(() -> new RetryPlan(List.of(Duration.ZERO), 0.2, Duration.ZERO))
        .hasMessageContaining("positive");
    assertThatThrownBy(() -> new RetryPlan(List.of(), 1, Duration.ZERO))
        .hasMessageContaining("jitter");
    assertThatThrownBy(() -> PLAN.delayAfter(0, Optional.empty(), () -> 0))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
