package io.impresario.callback.delivery;

import io.impresario.callback.delivery.ClaimedDelivery.Lane;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The attempts that one pump has under way. A tenant may have as much under way as is free: alone
 * it takes half of the budget, beside another a third, and there is always room for one more
 * tenant. Not thread-safe.
 */
final class UnderWay {

  private record InLane(int attempts, int width) {}

  private final int units;
  private final Map<String, InLane> lanes = new HashMap<>();
  private final Map<UUID, Integer> tenants = new HashMap<>();
  private int attempts;
  private int used;

  UnderWay(int units) {
    this.units = units;
  }

  int attempts() {
    return attempts;
  }

  /** Unused units. */
  int free() {
    return Math.max(0, units - used);
  }

  /** Attempts by lane; only lanes that have some. */
  Map<String, Object> lanes() {
    Map<String, Object> counts = new HashMap<>();
    lanes.forEach((name, lane) -> counts.put(name, lane.attempts()));
    return counts;
  }

  /** Units that each tenant may take now; only tenants that have something under way. */
  Map<String, Object> rooms() {
    Map<String, Object> rooms = new HashMap<>();
    tenants.forEach((tenant, inUse) -> rooms.put(tenant.toString(), roomOf(inUse)));
    return rooms;
  }

  /**
   * The same for every other tenant, which may take one delivery beyond it if that is too large.
   */
  int roomOfNewcomer() {
    return roomOf(0);
  }

  private int roomOf(int inUse) {
    return Math.max(0, (free() - inUse + 1) / 2);
  }

  void started(ClaimedDelivery delivery) {
    Lane lane = delivery.lane();
    InLane before = lanes.get(lane.name());
    lanes.put(lane.name(), new InLane(before == null ? 1 : before.attempts() + 1, lane.width()));
    tenants.merge(delivery.tenantId(), delivery.weight(), Integer::sum);
    used += delivery.weight();
    attempts++;
  }

  /**
   * @return whether something may have waited for the room that there is now
   */
  boolean ended(ClaimedDelivery delivery) {
    String name = delivery.lane().name();
    InLane lane = lanes.get(name);
    Integer inUse = tenants.get(delivery.tenantId());
    if (lane == null || inUse == null) {
      throw new IllegalStateException("Nothing is under way in lane " + name);
    }
    boolean waited = lane.attempts() >= lane.width() || roomOf(inUse) == 0 || free() == 0;
    if (lane.attempts() == 1) {
      lanes.remove(name);
    } else {
      lanes.put(name, new InLane(lane.attempts() - 1, lane.width()));
    }
    tenants.computeIfPresent(
        delivery.tenantId(),
        (tenant, before) -> before == delivery.weight() ? null : before - delivery.weight());
    used -= delivery.weight();
    attempts--;
    return waited || delivery.lane().large();
  }
}
