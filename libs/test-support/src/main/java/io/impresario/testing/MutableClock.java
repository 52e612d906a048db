package io.impresario.testing;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.function.Consumer;

/** A clock that stands still until a test moves it; it can move a database's clock along. */
public final class MutableClock extends Clock {
  private static final class Hand {
    private volatile Instant now;
    private Consumer<Instant> follower = instant -> {};

    private Hand(Instant now) {
      this.now = now;
    }

    private void move(Instant to) {
      follower.accept(to);
      now = to;
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

  /** Sets the database's clock now, and whenever this one is moved. */
  public MutableClock steering(DatabaseClock database) {
    synchronized (hand) {
      hand.follower = database::set;
      hand.move(hand.now);
    }
    return this;
  }

  public Instant advance(Duration step) {
    synchronized (hand) {
      hand.move(hand.now.plus(step));
      return hand.now;
    }
  }

  public void set(Instant instant) {
    synchronized (hand) {
      hand.move(instant);
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
