package io.impresario.job.lease;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ReachabilityTest {
  private long now = Duration.ofDays(1).toNanos();
  private final Reachability renewals =
      new Reachability(Duration.ofSeconds(15), Duration.ofSeconds(7), () -> now);

  @Test
  void believesNothingUntilEveryLivingOwnerCouldRenew() {
    assertThat(renewals.settled()).isFalse();
    workEveryFiveSeconds(1);
    assertThat(renewals.settled()).isFalse();
    pass(2);
    assertThat(renewals.settled()).isTrue();
  }

  @Test
  void believesNothingAfterAnOutageThatWasShorterThanALease() {
    workEveryFiveSeconds(4);
    assertThat(renewals.settled()).isTrue();
    // Another's last renewal may have been just before ours: its lease runs out in this outage.
    pass(5);
    renewals.failed();
    pass(5);
    renewals.worked(now);
    assertThat(renewals.fresh()).isTrue();
    assertThat(renewals.settled()).isFalse();
    pass(5);
    renewals.worked(now);
    pass(2);
    assertThat(renewals.settled()).isTrue();
  }

  @Test
  void believesNothingWhileARenewalIsOverdue() {
    workEveryFiveSeconds(4);
    pass(8);
    assertThat(renewals.settled()).isFalse();
  }

  @Test
  void leavesRunsThatEndedInAnOutageTheTimeToSaySo() {
    assertThat(renewals.recovering()).isFalse();
    renewals.failed();
    pass(60);
    assertThat(renewals.recovering()).isTrue();
    renewals.worked(now);
    assertThat(renewals.recovering()).isTrue();
    pass(7);
    assertThat(renewals.recovering()).isFalse();
  }

  @Test
  void knowsAfterAPauseThatItsLeasesMayBeGone() {
    workEveryFiveSeconds(4);
    pass(60);
    assertThat(renewals.fresh()).isFalse();
    renewals.worked(now);
    assertThat(renewals.fresh()).isTrue();
    assertThat(renewals.settled()).isFalse();
  }

  private void workEveryFiveSeconds(int times) {
    for (int i = 0; i < times; i++) {
      pass(5);
      renewals.worked(now);
    }
  }

  private void pass(int seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }
}
