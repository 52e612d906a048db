package io.impresario.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until a test moves it. */
public final class MutableClock extends Clock {
  private static final class Hand {
    private volatile Instant now;

    private Hand(Instant now) {
      this.now = now;
    }
  }

  private final Hand hand;
  private final ZoneId zone;

  private MutableClock(Hand hand, ZoneId zone) {
    this.hand = hand;
    this.zone = zone;
  }

  public static MutableClock at(Instant start) {
    return new MutableClock(new Hand(start), ZoneOffset.UTC);
  }

  public static MutableClock at(String isoInstant) {
    return at(Instant.parse(isoInstant));
  }

  public Instant advance(Duration step) {
    synchronized (hand) {
      hand.now = hand.now.plus(step);
      return hand.now;
    }
  }

  public void set(Instant instant) {
    synchronized (hand) {
      hand.now = instant;
    }
  }

  @Override
  public Instant instant() {
    return hand.now;
  }

  @Override
  public ZoneId getZone() {
    return zone;
  }

  /** The copy shares the time of this clock. */
  @Override
  public MutableClock withZone(ZoneId other) {
    return new MutableClock(hand, other);
  }
}
