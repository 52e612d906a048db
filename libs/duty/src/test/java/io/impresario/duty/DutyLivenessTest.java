package io.impresario.duty;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class DutyLivenessTest {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration STUCK = Duration.ofMinutes(5);

  private final ManualTimer timer = new ManualTimer();
  private final Duties duties =
      new Duties(timer, new SimpleMeterRegistry(), MutableClock.at("2026-01-02T03:04:05Z"));
  private boolean works;
  private boolean database = true;
  private boolean broker = true;
  private final DutyLiveness liveness =
      new DutyLiveness(duties, () -> Uni.createFrom().item(database), STUCK);

  @Test
  void aDutyWithoutSuccessMakesTheProcessNotLive() {
    start();
    timer.advance(STUCK);
    assertThat(status()).isEqualTo(Status.UP);
    timer.advance(EVERY.plusSeconds(1));
    HealthCheckResponse response = liveness.call().await().indefinitely();
    assertThat(response.getStatus()).isEqualTo(Status.DOWN);
    assertThat(response.getData().orElseThrow()).containsKey("test");
    works = true;
    timer.advance(EVERY);
    assertThat(status()).isEqualTo(Status.UP);
  }

  @Test
  void aDutyThatWorksKeepsItLive() {
    works = true;
    start();
    timer.advance(Duration.ofDays(1));
    assertThat(status()).isEqualTo(Status.UP);
  }

  @Test
  void aDatabaseThatIsAwayExcusesAndItsReturnGivesTime() {
    start();
    database = false;
    timer.advance(Duration.ofHours(1));
    assertThat(status()).isEqualTo(Status.UP);
    database = true;
    timer.advance(STUCK);
    assertThat(status()).as("not yet: it was excused until then").isEqualTo(Status.UP);
    timer.advance(STUCK);
    assertThat(status()).isEqualTo(Status.DOWN);
  }

  @Test
  void whatElseADutyNeedsExcusesItAlone() {
    broker = false;
    start();
    timer.advance(Duration.ofHours(1));
    assertThat(status()).isEqualTo(Status.UP);
    duties.create(DutySpec.of("other", EVERY, this::round)).start();
    timer.advance(Duration.ofHours(1));
    assertThat(status()).isEqualTo(Status.DOWN);
  }

  @Test
  void aDutyThatIsNotOnIsNotMissed() {
    duties.create(DutySpec.of("off", EVERY, this::round));
    timer.advance(Duration.ofHours(1));
    assertThat(status()).isEqualTo(Status.UP);
  }

  private void start() {
    duties
        .create(
            DutySpec.of("test", EVERY, this::round)
                .withDependencies(() -> Uni.createFrom().item(broker)))
        .start();
  }

  private Uni<Round> round() {
    return works
        ? Uni.createFrom().item(Round.done())
        : Uni.createFrom().failure(new IllegalStateException("does not work"));
  }

  private Status status() {
    return liveness.call().await().indefinitely().getStatus();
  }
}
