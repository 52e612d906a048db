package io.impresario.outbox;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import io.impresario.events.Timestamps;
import io.impresario.sql.Rows;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;

/** Puts one record on one topic; its Uni ends when the broker has acknowledged it. */
@ApplicationScoped
class EventSender {
  private final MutinyEmitter<byte[]> emitter;
  private final TopicsConfig topics;
  private final String service;

  EventSender(
      @Channel("outbox")
          @OnOverflow(value = OnOverflow.Strategy.UNBOUNDED_BUFFER) // bounded by the relay's batch
          MutinyEmitter<byte[]> emitter,
      TopicsConfig topics,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.emitter = emitter;
    this.topics = topics;
    this.service = service;
  }

  Uni<Void> send(Row row) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put(CloudEventHeaders.SPEC_VERSION, "1.0");
    headers.put(CloudEventHeaders.ID, row.getUUID("event_id").toString());
    headers.put(CloudEventHeaders.TYPE, row.getString("ce_type"));
    headers.put(CloudEventHeaders.SOURCE, "/impresario/" + service);
    headers.put(CloudEventHeaders.TIME, Timestamps.iso(Rows.instant(row, "occurred_at")));
    headers.put(CloudEventHeaders.SUBJECT, row.getString("key"));
    headers.put(CloudEventHeaders.TENANT_ID, row.getUUID("tenant_id").toString());
    headers.put(CloudEventHeaders.CONTENT_TYPE, "application/json");
    if (row.getString("traceparent") != null) {
      headers.put(CloudEventHeaders.TRACEPARENT, row.getString("traceparent"));
    }
    RecordHeaders recordHeaders = new RecordHeaders();
    headers.forEach((name, value) -> recordHeaders.add(name, utf8(value)));
    return send(
        row.getString("topic"),
        row.getString("key"),
        row.getBuffer("body").getBytes(),
        recordHeaders);
  }

  /** A copy of a record that no retry can help, beside its topic, with the reason in headers. */
  Uni<Void> sendToDeadLetters(ConsumerRecord<String, byte[]> poison, String consumer, String why) {
    RecordHeaders headers = new RecordHeaders(poison.headers().toArray());
    headers.add(CloudEventHeaders.DEAD_LETTER_REASON, utf8(why));
    headers.add(CloudEventHeaders.DEAD_LETTER_CONSUMER, utf8(consumer));
    headers.add(CloudEventHeaders.DEAD_LETTER_TOPIC, utf8(poison.topic()));
    headers.add(
        CloudEventHeaders.DEAD_LETTER_PARTITION, utf8(Integer.toString(poison.partition())));
    headers.add(CloudEventHeaders.DEAD_LETTER_OFFSET, utf8(Long.toString(poison.offset())));
    return write(
        poison.topic() + EventType.DEAD_LETTER_SUFFIX, poison.key(), poison.value(), headers);
  }

  private Uni<Void> send(String topic, String key, byte[] body, Headers headers) {
    return write(topics.named(topic), key, body, headers);
  }

  private Uni<Void> write(
      String topic,
      @org.jspecify.annotations.Nullable String key,
      byte @org.jspecify.annotations.Nullable [] body,
      Headers headers) {
    OutgoingKafkaRecordMetadata<String> metadata =
        OutgoingKafkaRecordMetadata.<String>builder()
            .withTopic(topic)
            .withKey(key)
            .withHeaders(headers)
            .build();
    byte[] value = body == null ? new byte[0] : body;
    return emitter.sendMessage(Message.of(value).addMetadata(metadata));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
