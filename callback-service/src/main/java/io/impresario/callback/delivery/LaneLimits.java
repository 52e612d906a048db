package io.impresario.callback.delivery;

import java.util.HashMap;
import java.util.Map;

/**
 * How many attempts each lane may have under way: a few while nothing is known of its target, twice
 * as many after each quick success up to the limit, one after a failure to answer in time. So a
 * dead target holds one slot, and it takes hundreds of them to fill all. Lanes that have been idle
 * are forgotten. Not thread-safe.
 */
final class LaneLimits {

  private static final class Lane {
    private int limit;
    private int inFlight;
    private boolean maybeMore;
    private boolean touched = true;

    private Lane(int limit) {
      this.limit = limit;
    }

    private int free() {
      return Math.max(0, limit - inFlight);
    }
  }

  private final int start;
  private final int max;
  private final Map<String, Lane> lanes = new HashMap<>();
  private int inFlight;

  LaneLimits(int start, int max) {
    if (start < 1 || max < start) {
      throw new IllegalArgumentException("need 1 <= start <= max, not " + start + " and " + max);
    }
    this.start = start;
    this.max = max;
  }

  int start() {
    return start;
  }

  int inFlight() {
    return inFlight;
  }

  /** The free slots of the lanes that differ from an unknown one. */
  Map<String, Integer> free() {
    Map<String, Integer> free = new HashMap<>();
    lanes.forEach(
        (name, lane) -> {
          if (lane.free() != start) {
            free.put(name, lane.free());
          }
        });
    return free;
  }

  void started(String name) {
    Lane lane = lanes.computeIfAbsent(name, unknown -> new Lane(start));
    lane.inFlight++;
    lane.touched = true;
    inFlight++;
  }

  /**
   * Notes that a claim found as much for this lane as it was allowed to, so there may be more.
   *
   * @return whether the lane has room for more now; if not, {@link #ended} will say when
   */
  boolean filled(String name) {
    Lane lane = lanes.computeIfAbsent(name, unknown -> new Lane(start));
    lane.maybeMore = lane.free() == 0;
    return !lane.maybeMore;
  }

  /**
   * @return whether the lane should be looked at again, now that it has room
   */
  boolean ended(String name, boolean quick) {
    Lane lane = lanes.get(name);
    if (lane == null || lane.inFlight == 0) {
      throw new IllegalStateException("nothing is under way in lane " + name);
    }
    lane.inFlight--;
    lane.touched = true;
    inFlight--;
    lane.limit = quick ? Math.min(max, lane.limit * 2) : 1;
    boolean again = lane.maybeMore && lane.free() > 0;
    lane.maybeMore &= !again;
    return again;
  }

  /** Forgets lanes that nothing has happened in since the last call. */
  void forgetIdle() {
    lanes.values().removeIf(lane -> lane.inFlight == 0 && !lane.touched);
    lanes.values().forEach(lane -> lane.touched = false);
  }
}
