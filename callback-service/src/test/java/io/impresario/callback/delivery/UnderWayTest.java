package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.callback.delivery.ClaimedDelivery.Lane;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class UnderWayTest {

  private static final UUID ONE = new UUID(0, 1);

  private final UnderWay underWay = new UnderWay(128);

  @Test
  void givesATenantHalfOfTheBudgetAndTwoAThirdEach() {
    takeAllOf(ONE);
    assertThat(underWay.attempts()).isEqualTo(64);

    UnderWay shared = new UnderWay(128);
    for (int i = 0; i < 128; i++) {
      for (long tenant = 1; tenant <= 2; tenant++) {
        if (roomOf(shared, new UUID(0, tenant)) > 0) {
          shared.started(delivery(new UUID(0, tenant), "lane", 1));
        }
      }
    }
    assertThat(shared.free()).isBetween(42, 43);
  }

  @Test
  void alwaysHasRoomForOneMoreTenant() {
    for (long tenant = 1; tenant <= 6; tenant++) {
      assertThat(underWay.roomOfNewcomer()).isPositive();
      takeAllOf(new UUID(0, tenant));
    }
    assertThat(underWay.roomOfNewcomer()).isPositive();
  }

  @Test
  void knowsWhatIsUnderWayByLane() {
    underWay.started(delivery(ONE, "a", 1));
    underWay.started(delivery(ONE, "a", 1));
    underWay.started(delivery(ONE, "b", 1));
    underWay.ended(delivery(ONE, "b", 1));

    assertThat(underWay.lanes()).containsOnlyKeys("a").containsEntry("a", 2);
    assertThat(underWay.rooms()).containsOnlyKeys(ONE.toString());
  }

  @Test
  void asksToLookAgainOnlyWhereSomethingMayHaveWaited() {
    underWay.started(delivery(ONE, "a", 1));
    assertThat(underWay.ended(delivery(ONE, "a", 1))).isFalse();
    for (int i = 0; i < 4; i++) {
      underWay.started(delivery(ONE, "a", 1));
    }
    assertThat(underWay.ended(delivery(ONE, "a", 1))).isTrue();
    assertThat(underWay.ended(delivery(ONE, "a", 1))).isFalse();
    takeAllOf(ONE);
    assertThat(underWay.ended(delivery(ONE, "b", 1))).isTrue();
  }

  /** Whatever happens, the counts add up. */
  @Test
  void neverLosesASlot() {
    Random random = new Random(11);
    Deque<ClaimedDelivery> running = new ArrayDeque<>();
    for (int step = 0; step < 20_000; step++) {
      if (random.nextBoolean() && underWay.free() > 0) {
        ClaimedDelivery next =
            delivery(
                new UUID(0, random.nextInt(5)),
                "lane" + random.nextInt(10),
                1 + random.nextInt(10));
        underWay.started(next);
        running.add(next);
      } else if (!running.isEmpty()) {
        underWay.ended(running.remove());
      }
      int units = running.stream().mapToInt(ClaimedDelivery::weight).sum();
      assertThat(underWay.free()).isEqualTo(Math.max(0, 128 - units));
      assertThat(underWay.attempts()).isEqualTo(running.size());
      assertThat(underWay.lanes()).hasSameSizeAs(lanes(running));
    }
    assertThatThrownBy(() -> underWay.ended(delivery(ONE, "never", 1)))
        .isInstanceOf(IllegalStateException.class);
  }

  private static Set<String> lanes(Deque<ClaimedDelivery> running) {
    return running.stream().map(one -> one.lane().name()).collect(Collectors.toSet());
  }

  private void takeAllOf(UUID tenant) {
    while (roomOf(underWay, tenant) > 0) {
      underWay.started(delivery(tenant, "b", 1));
    }
  }

  private static int roomOf(UnderWay underWay, UUID tenant) {
    return (int) underWay.rooms().getOrDefault(tenant.toString(), underWay.roomOfNewcomer());
  }

  private static ClaimedDelivery delivery(UUID tenant, String lane, int weight) {
    return new ClaimedDelivery(
        new UUID(0, 0),
        1,
        tenant,
        null,
        null,
        "job.completed",
        "http://127.0.0.1/",
        new Lane(lane, false, 4),
        weight,
        0,
        Buffer.buffer(),
        null,
        true);
  }
}
