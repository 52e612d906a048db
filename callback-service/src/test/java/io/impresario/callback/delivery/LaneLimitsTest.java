package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LaneLimitsTest {

  private final LaneLimits lanes = new LaneLimits(4, 32);

  @Test
  void givesAnAnsweringTargetMoreUpToTheLimit() {
    for (int limit = 8; limit <= 64; limit *= 2) {
      lanes.started("a");
      lanes.ended("a", true);
      assertThat(lanes.free()).containsEntry("a", Math.min(limit, 32));
    }
  }

  @Test
  void leavesADeadTargetOneSlotUntilItAnswers() {
    lanes.started("dead");
    lanes.ended("dead", false);
    assertThat(lanes.free()).containsEntry("dead", 1);
    lanes.started("dead");
    assertThat(lanes.free()).containsEntry("dead", 0);
    lanes.ended("dead", true);
    assertThat(lanes.free()).containsEntry("dead", 2);
  }

  @Test
  void asksToBeLookedAtAgainOnlyWhenAClaimFilledTheLane() {
    lanes.started("a");
    assertThat(lanes.ended("a", true)).isFalse();
    for (int i = 0; i < 8; i++) {
      lanes.started("a");
    }
    assertThat(lanes.filled("a")).isFalse();
    assertThat(lanes.ended("a", true)).isTrue();
    assertThat(lanes.ended("a", true)).isFalse();
  }

  /** Slots that become free while a claim is under way must not wait for the next sweep. */
  @Test
  void saysAtOnceThatAFilledLaneHasRoomAgain() {
    for (int i = 0; i < 4; i++) {
      lanes.started("a");
    }
    lanes.ended("a", true);
    assertThat(lanes.filled("a")).isTrue();
  }

  @Test
  void forgetsIdleLanesAndNothingElse() {
    lanes.started("busy");
    lanes.started("idle");
    lanes.ended("idle", false);
    lanes.forgetIdle();
    assertThat(lanes.free()).containsEntry("idle", 1);
    lanes.forgetIdle();
    assertThat(lanes.free()).doesNotContainKey("idle").containsEntry("busy", 3);
  }

  /** Whatever happens, no lane is given more than its limit and the counts add up. */
  @Test
  void neverLosesASlot() {
    Random random = new Random(11);
    Deque<String> running = new ArrayDeque<>();
    for (int step = 0; step < 20_000; step++) {
      String lane = "lane" + random.nextInt(10);
      int free = lanes.free().getOrDefault(lane, lanes.start());
      if (random.nextBoolean() && free > 0) {
        lanes.started(lane);
        running.add(lane);
      } else if (!running.isEmpty()) {
        lanes.ended(running.remove(), random.nextInt(4) > 0);
      }
      if (step % 100 == 0) {
        lanes.forgetIdle();
      }
      assertThat(lanes.inFlight()).isEqualTo(running.size()).isLessThanOrEqualTo(320);
    }
    assertThatThrownBy(() -> lanes.ended("never", true)).isInstanceOf(IllegalStateException.class);
  }
}
