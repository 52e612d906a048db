package io.impresario.duty;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class DutyTest {
  private static final Duration EVERY = Duration.ofSeconds(10);
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration INSTANT = Duration.ofMillis(1);

  private final ManualTimer timer = new ManualTimer();
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final MutableClock clock = MutableClock.at("2026-01-02T03:04:05Z");
  private final List<UniEmitter<? super Round>> rounds = new ArrayList<>();
  private Supplier<Uni<Round>> work = () -> Uni.createFrom().emitter(rounds::add);
  private final Duty duty = duty(DutySpec.of("test", EVERY, () -> work.get()).withLimit(LIMIT));

  @Test
  void aRoundRunsByTimeAndBySignal() {
    start();
    assertThat(rounds).isEmpty();
    timer.advance(EVERY);
    assertThat(rounds).hasSize(1);
    end(Round.done());
    duty.wake();
    timer.settle();
    assertThat(rounds).hasSize(2);
  }

  @Test
  void nothingRunsBeforeTheStart() {
    duty.wake();
    timer.advance(EVERY.multipliedBy(3));
    assertThat(rounds).isEmpty();
  }

  @Test
  void oneRoundAtATimeAndNoSignalIsLost() {
    start();
    duty.wake();
    duty.wake();
    timer.settle();
    duty.wake();
    duty.wake();
    timer.settle();
    assertThat(rounds).hasSize(1);
    end(Round.done());
    assertThat(rounds).as("one more for the signals during the round").hasSize(2);
    end(Round.done());
    assertThat(rounds).hasSize(2);
  }

  @Test
  void goesOnAtOnceWhileThereIsMore() {
    start();
    duty.wake();
    timer.settle();
    end(Round.moreIf(true));
    end(Round.moreIf(true));
    assertThat(rounds).hasSize(3);
    end(Round.moreIf(false));
    assertThat(rounds).hasSize(3);
  }

  @Test
  void comesBackWhenSomethingIsDueAndNotBefore() {
    start();
    duty.wake();
    timer.settle();
    end(Round.again(Duration.ofMillis(700)));
    timer.advance(Duration.ofMillis(699));
    assertThat(rounds).hasSize(1);
    timer.advance(INSTANT);
    assertThat(rounds).hasSize(2);
    end(Round.again(Duration.ofDays(1)));
    timer.advance(EVERY);
    assertThat(rounds).as("never later than its interval").hasSize(3);
  }

  @Test
  void getsOverARoundThatNeverEnds() {
    start();
    duty.wake();
    timer.advance(LIMIT);
    assertThat(count("timed_out")).isEqualTo(1);
    timer.advance(Duration.ofMillis(200));
    assertThat(rounds).hasSize(2);
    rounds.get(0).complete(Round.done());
    timer.settle();
    assertThat(rounds).as("the late end of the first round says nothing of the second").hasSize(2);
    assertThat(count("succeeded")).isZero();
    end(Round.done());
    assertThat(count("succeeded")).isEqualTo(1);
  }

  @Test
  void getsOverARoundThatThrows() {
    getsOver(
        () -> {
          throw new IllegalStateException("thrown");
        });
  }

  @Test
  void getsOverARoundThatThrowsAnError() {
    getsOver(
        () -> {
          throw new StackOverflowError();
        });
  }

  @Test
  void getsOverARoundThatFails() {
    getsOver(() -> Uni.createFrom().failure(new IllegalStateException("failed")));
  }

  @Test
  void getsOverARoundThatSaysNothing() {
    getsOver(() -> Uni.createFrom().nullItem());
  }

  private void getsOver(Supplier<Uni<Round>> broken) {
    Supplier<Uni<Round>> sound = work;
    work = broken;
    start();
    duty.wake();
    timer.settle();
    assertThat(count("failed")).isEqualTo(1);
    work = sound;
    timer.advance(Duration.ofMillis(200));
    assertThat(rounds).hasSize(1);
    end(Round.done());
    assertThat(count("succeeded")).isEqualTo(1);
  }

  @Test
  void pausesDoubleUpToTheirLimitWhateverIsSignalled() {
    work = () -> Uni.createFrom().failure(new IllegalStateException("down"));
    start();
    duty.wake();
    timer.settle();
    long[] pauses = {200, 400, 800, 1600, 3200, 5000, 5000};
    for (int i = 0; i < pauses.length; i++) {
      duty.wake();
      timer.advance(Duration.ofMillis(pauses[i] - 1));
      assertThat(count("failed")).isEqualTo(i + 1);
      timer.advance(INSTANT);
      assertThat(count("failed")).isEqualTo(i + 2);
    }
  }

  @Test
  void noRoundBeginsAfterTheStopWhichEndsWithTheLastOne() {
    start();
    duty.wake();
    timer.settle();
    duty.wake();
    CompletableFuture<Void> stopped = duty.stop().subscribeAsCompletionStage();
    CompletableFuture<Void> again = duty.stop().subscribeAsCompletionStage();
    assertThat(stopped).isNotDone();
    rounds.get(0).complete(Round.moreIf(true));
    timer.advance(EVERY.multipliedBy(5));
    assertThat(stopped).isCompleted();
    assertThat(again).isCompleted();
    assertThat(duty.stop().subscribeAsCompletionStage()).isCompleted();
    duty.wake();
    timer.advance(EVERY.multipliedBy(5));
    assertThat(rounds).hasSize(1);
  }

  @Test
  void metricsTellOfTheLastSuccess() {
    assertThat(lastSuccess()).isZero();
    start();
    duty.wake();
    timer.settle();
    end(Round.done());
    assertThat(lastSuccess()).isEqualTo(clock.instant().getEpochSecond());
  }

  /** Rounds that end in every way, at random times, with signals in between. */
  @Test
  void staysAloneAndAliveWhateverHappens() {
    for (int seed = 0; seed < 200; seed++) {
      new RandomLife(seed).live();
    }
  }

  private static final class RandomLife {
    private final Random random;
    private final ManualTimer timer = new ManualTimer();
    private final Duty duty;
    private int running;
    private int begun;

    RandomLife(int seed) {
      random = new Random(seed);
      duty =
          new Duties(timer, new SimpleMeterRegistry(), MutableClock.at("2026-01-02T03:04:05Z"))
              .create(DutySpec.of("random", EVERY, this::round).withLimit(LIMIT));
    }

    private Uni<Round> round() {
      begun++;
      switch (random.nextInt(6)) {
        case 0:
          throw new IllegalStateException("thrown");
        case 1:
          return Uni.createFrom().failure(new IllegalStateException("failed"));
        case 2:
          return Uni.createFrom().nothing();
        case 3:
          return Uni.createFrom().item(Round.again(Duration.ofMillis(random.nextInt(20_000))));
        default:
          running++;
          assertThat(running).as("rounds under way").isEqualTo(1);
          return Uni.createFrom()
              .emitter(
                  emitter ->
                      timer.after(
                          Duration.ofMillis(random.nextInt(25_000)),
                          () -> {
                            running--;
                            emitter.complete(Round.moreIf(random.nextInt(3) == 0));
                          }));
      }
    }

    void live() {
      duty.start();
      for (int step = 0; step < 100; step++) {
        int before = begun;
        if (random.nextBoolean()) {
          duty.wake();
        }
        timer.advance(Duration.ofMillis(random.nextInt(3_000)));
        if (random.nextInt(10) == 0) {
          duty.wake();
          timer.advance(LIMIT.plusSeconds(6));
          assertThat(begun).as("a signal leads to a round in time").isGreaterThan(before);
        }
      }
      CompletableFuture<Void> end = duty.stop().subscribeAsCompletionStage();
      int last = begun;
      timer.advance(LIMIT.plusSeconds(60));
      assertThat(end).isCompleted();
      assertThat(begun).as("rounds after the stop").isLessThanOrEqualTo(last + 1);
      assertThat(running).isZero();
    }
  }

  private void start() {
    duty.start();
    timer.settle();
  }

  private void end(Round how) {
    rounds.get(rounds.size() - 1).complete(how);
    timer.settle();
  }

  private Duty duty(DutySpec spec) {
    return new Duties(timer, metrics, clock).create(spec);
  }

  private double count(String outcome) {
    return metrics
        .get("impresario.duty.rounds")
        .tag("duty", "test")
        .tag("outcome", outcome)
        .counter()
        .count();
  }

  private double lastSuccess() {
    return metrics.get("impresario.duty.last.success.timestamp").gauge().value();
  }
}
