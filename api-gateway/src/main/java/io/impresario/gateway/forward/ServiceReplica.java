package io.impresario.gateway.forward;

import java.net.URI;
import java.time.Duration;

/**
 * One replica of an owning service as one event loop knows it: whether it lately refused a
 * connection or let a call end without an answer, and since when it has answered nothing. Times are
 * of a monotonic clock, in nanoseconds.
 */
final class ServiceReplica {
  /** No call stays open for longer than this; a count that says otherwise is wrong. */
  private static final Duration LONGEST = Duration.ofMinutes(1);

  /**
   * The next call to a replica that hangs is likely to hang too, for as long as its client waits.
   */
  private static final Duration HANGING = Duration.ofSeconds(30);

  private final URI address;
  private final Duration leaveOut;
  private final Duration silence;
  private boolean refused;
  private long refusedAt;
  private boolean hung;
  private long hungAt;
  private int unanswered;
  private long silentSince;

  /**
   * @param leaveOut how long it is doubtful after it refused
   * @param silence without an answer to open calls that means that it hangs
   */
  ServiceReplica(URI address, Duration leaveOut, Duration silence) {
    this.address = address;
    this.leaveOut = leaveOut;
    this.silence = silence;
  }

  URI address() {
    return address;
  }

  void refused(long now) {
    refused = true;
    refusedAt = now;
  }

  /** A call that should be answered soon was sent. */
  void sent(long now) {
    if (unanswered == 0) {
      silentSince = now;
    }
    unanswered++;
  }

  void heard(long now) {
    unanswered--;
    silentSince = now;
    hung = false;
  }

  /**
   * A call ended without an answer: after a long silence the replica hangs, else its client left.
   */
  void gaveUp(long now) {
    if (hangs(now)) {
      hung = true;
      hungAt = now;
    }
    unanswered--;
  }

  /** Whether others should be asked first: it refused, hangs, or has just hung. */
  boolean isDoubtful(long now) {
    refused = refused && now - refusedAt < leaveOut.toNanos();
    hung = hung && now - hungAt < HANGING.toNanos();
    return refused || hung || hangs(now);
  }

  private boolean hangs(long now) {
    long quiet = now - silentSince;
    return unanswered > 0 && quiet > silence.toNanos() && quiet < LONGEST.toNanos();
  }
}
