package io.impresario.job.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.Test;

class LaunchBreakerTest {
  private final AtomicLong now = new AtomicLong();
  private final LaunchBreaker breaker = new LaunchBreaker(now::get);

  @Test
  void claimsNothingAfterThreeFailuresInARow() {
    fail(2);
    assertThat(breaker.admits(4)).isEqualTo(4);
    breaker.worked();
    fail(3);
    assertThat(breaker.admits(4)).isZero();
    assertThat(breaker.call().getStatus()).isEqualTo(Status.DOWN);
    assertThat(breaker.call().getData())
        .hasValueSatisfying(data -> assertThat(data).containsEntry("reason", "no space"));
  }

  @Test
  void triesOneJobAtATimeAfterThePause() {
    fail(3);
    pass(Duration.ofSeconds(1));
    assertThat(breaker.call().getStatus()).isEqualTo(Status.UP);
    assertThat(breaker.admits(4)).isEqualTo(1);
    breaker.claimed(1);
    assertThat(breaker.admits(3)).isZero();
    breaker.over();
    assertThat(breaker.admits(4)).isEqualTo(1);
    breaker.claimed(1);
    breaker.worked();
    assertThat(breaker.admits(3)).isEqualTo(3);
  }

  /** A claim may be under way when the third launch fails. */
  @Test
  void triesAgainAlthoughJobsWereClaimedMeanwhile() {
    fail(3);
    breaker.claimed(4);
    fail(4);
    pass(Duration.ofSeconds(1));
    assertThat(breaker.admits(4)).isEqualTo(1);
  }

  @Test
  void waitsLongerAfterEachTry() {
    fail(3);
    for (int seconds : new int[] {1, 2, 4, 8, 16, 30, 30}) {
      pass(Duration.ofSeconds(seconds).minusNanos(1));
      assertThat(breaker.admits(4)).isZero();
      pass(Duration.ofNanos(1));
      assertThat(breaker.admits(4)).as("after %d s", seconds).isEqualTo(1);
      breaker.claimed(1);
      fail(1);
    }
  }

  @Test
  void claimsNothingWhileTheExecutorItselfCannotRun() {
    breaker.blocked("no browser");
    assertThat(breaker.admits(4)).isZero();
    pass(Duration.ofSeconds(1));
    assertThat(breaker.admits(4)).isEqualTo(1);
  }

  private void fail(int times) {
    for (int i = 0; i < times; i++) {
      breaker.failed("no space");
    }
  }

  private void pass(Duration time) {
    now.addAndGet(time.toNanos());
  }
}
