package io.impresario.gateway.forward;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The replicas of one owning service as one event loop sees them. They take turns; one that could
 * not be connected to or hung is asked last for a while, and the next call after that is its probe.
 * So is one that answers nothing, until it does. When all are in doubt they are all asked: the
 * first to be back is found at once.
 */
final class Upstreams {
  private final List<ServiceReplica> replicas;
  private int turn;

  Upstreams(List<URI> addresses, Duration leaveOut, Duration silence) {
    this.replicas =
        addresses.stream().map(one -> new ServiceReplica(one, leaveOut, silence)).toList();
  }

  /** All replicas, in the order in which one call should try them. */
  List<ServiceReplica> inTurn(long now) {
    List<ServiceReplica> order = new ArrayList<>(replicas.size());
    List<ServiceReplica> last = new ArrayList<>();
    for (int i = 0; i < replicas.size(); i++) {
      ServiceReplica replica = replicas.get((turn + i) % replicas.size());
      (replica.isDoubtful(now) ? last : order).add(replica);
    }
    turn = (turn + 1) % replicas.size();
    order.addAll(last);
    return order;
  }
}
