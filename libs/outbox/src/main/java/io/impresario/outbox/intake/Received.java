package io.impresario.outbox.intake;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.UndecodableEvent;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** An event that arrived, with what its headers say of it. */
public record Received<T>(T event, String eventId, @Nullable String traceparent) {
  private static final int MAX_ID = 255;

  /**
   * Reads a record of a topic that carries events of one type.
   *
   * @throws UndecodableEvent when it is of another type, has no id or body, or cannot be decoded
   */
  public static <T> Received<T> of(EventType<T> type, ConsumerRecord<String, byte[]> record) {
    EventHeaders headers = new EventHeaders(record.headers());
    String ceType = headers.find(CloudEventHeaders.TYPE).orElse(null);
    if (!type.ceType().equals(ceType)) {
      throw new UndecodableEvent("unknown event type " + ceType, null);
    }
    String id = headers.find(CloudEventHeaders.ID).orElse(null);
    if (id == null || id.isBlank() || id.length() > MAX_ID) {
      throw new UndecodableEvent("the header ce_id is missing or too long", null);
    }
    if (record.value() == null) {
      throw new UndecodableEvent("the message has no body", null);
    }
    String traceparent = headers.find(CloudEventHeaders.TRACEPARENT).orElse(null);
    return new Received<>(EventCodec.decode(type, record.value()), id, traceparent);
  }
}
