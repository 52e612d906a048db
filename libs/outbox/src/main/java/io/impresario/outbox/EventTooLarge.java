package io.impresario.outbox;

import io.impresario.events.EventType;

/** An event that no topic takes; whoever wanted to write it must do without, or with less. */
public final class EventTooLarge extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EventTooLarge(EventType<?> type, int bytes) {
    super(
        "An event of type %s has %d bytes; %d is the most that a topic takes"
            .formatted(type, bytes, Outbox.MAX_BODY_BYTES));
  }
}
