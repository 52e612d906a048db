package io.impresario.gateway.forward;

import java.net.URI;
import java.time.Duration;

/**
 * One replica of an owning service as one event loop knows it: whether it refused a connection
 * lately, and since when it has left calls without any answer. Times are of a monotonic clock, in
 * nanoseconds.
 */
final class ServiceReplica {
  /** No call stays open for longer than this; a count that says otherwise is wrong. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  private final URI address;
  private boolean refused;
  private long refusedAt;
  private int unanswered;
  private long silentSince;

  ServiceReplica(URI address) {
    this.address = address;
  }

  URI address() {
    return address;
  }

  void refused(long now) {
    refused = true;
    refusedAt = now;
  }

  /** A call that is answered soon is on its way. */
  void sent(long now) {
    if (unanswered == 0) {
      silentSince = now;
    }
    unanswered++;
  }

  void heard(long now) {
    unanswered--;
    silentSince = now;
  }

  /** A call ended without an answer, for whatever reason. */
  void gaveUp() {
    unanswered--;
  }

  /** Whether others should be asked first: it refused, or hangs. */
  boolean isDoubtful(long now, Duration leaveOut, Duration silence) {
    refused = refused && now - refusedAt < leaveOut.toNanos();
    long quiet = now - silentSince;
    boolean hangs = unanswered > 0 && quiet > silence.toNanos() && quiet < LONGEST.toNanos();
    return refused || hangs;
  }
}
