package io.impresario.gateway.front;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * The replicas of one owning service as one event loop sees them. They take turns; one that could
 * not be connected to is asked last for a while, which makes the next call after that its probe.
 * When all have failed they are all asked: the first to be back is found at once.
 */
final class Upstreams {
  private final List<URI> addresses;
  private final long[] leftOutUntil;
  private final long leaveOutNanos;
  private final LongSupplier nanoTime;
  private int turn;

  Upstreams(List<URI> addresses, Duration leaveOut, LongSupplier nanoTime) {
    this.addresses = List.copyOf(addresses);
    this.leaveOutNanos = leaveOut.toNanos();
    this.nanoTime = nanoTime;
    this.leftOutUntil = new long[addresses.size()];
    long now = nanoTime.getAsLong();
    for (int i = 0; i < leftOutUntil.length; i++) {
      leftOutUntil[i] = now;
    }
  }

  /** All addresses, in the order in which one call should try them. */
  List<URI> inTurn() {
    long now = nanoTime.getAsLong();
    List<URI> order = new ArrayList<>(addresses.size());
    List<URI> last = new ArrayList<>();
    int first = turn;
    turn = (turn + 1) % addresses.size();
    for (int i = 0; i < addresses.size(); i++) {
      int index = (first + i) % addresses.size();
      boolean leftOut = leftOutUntil[index] - now > 0;
      (leftOut ? last : order).add(addresses.get(index));
    }
    order.addAll(last);
    return order;
  }

  void leaveOut(URI address) {
    leftOutUntil[addresses.indexOf(address)] = nanoTime.getAsLong() + leaveOutNanos;
  }
}
