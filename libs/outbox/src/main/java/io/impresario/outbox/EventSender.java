package io.impresario.outbox;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.Timestamps;
import io.impresario.sql.Rows;
import io.smallrye.mutiny.Uni;
import io.smallrye.reactive.messaging.MutinyEmitter;
import io.smallrye.reactive.messaging.kafka.KafkaClientService;
import io.smallrye.reactive.messaging.kafka.KafkaProducer;
import io.smallrye.reactive.messaging.kafka.api.OutgoingKafkaRecordMetadata;
import io.vertx.mutiny.sqlclient.Row;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.reactive.messaging.Channel;
import org.eclipse.microprofile.reactive.messaging.Message;
import org.eclipse.microprofile.reactive.messaging.OnOverflow;
import org.jspecify.annotations.Nullable;

/** Puts one record on one topic; its Uni ends when the broker has acknowledged it. */
@ApplicationScoped
public class EventSender {
  private static final String CHANNEL = "outbox";

  private final MutinyEmitter<byte[]> emitter;
  private final KafkaClientService clients;
  private final BrokerAddress broker;
  private final TopicsConfig topics;
  private final String service;

  EventSender(
      @Channel(CHANNEL)
          @OnOverflow(value = OnOverflow.Strategy.UNBOUNDED_BUFFER) // bounded by the relay's batch
          MutinyEmitter<byte[]> emitter,
      KafkaClientService clients,
      BrokerAddress broker,
      TopicsConfig topics,
      @ConfigProperty(name = "quarkus.application.name") String service) {
    this.emitter = emitter;
    this.clients = clients;
    this.broker = broker;
    this.topics = topics;
    this.service = service;
  }

  /**
   * Ends when the client knows the partitions of the topic. Without them each record would wait for
   * them in turn, on the one thread that sends.
   */
  Uni<Void> find(String topic) {
    KafkaProducer<String, byte[]> producer = clients.getProducer(CHANNEL);
    Uni<Void> makeable =
        producer.unwrap() == null ? broker.resolves() : Uni.createFrom().voidItem();
    return makeable.chain(() -> producer.partitionsFor(topics.named(topic))).replaceWithVoid();
  }

  /** Fails with {@link Fate.Unsendable} when the row is not an event. */
  Uni<Void> send(Row row) {
    try {
      return send(
          topics.named(row.getString("topic")),
          row.getString("key"),
          row.getBuffer("body").getBytes(),
          headers(row));
    } catch (RuntimeException damaged) {
      return Uni.createFrom().failure(new Fate.Unsendable(damaged));
    }
  }

  private Headers headers(Row row) {
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
    row.getJsonObject("attributes")
        .forEach(one -> headers.put(one.getKey(), (String) one.getValue()));
    RecordHeaders recordHeaders = new RecordHeaders();
    headers.forEach((name, value) -> recordHeaders.add(name, utf8(value)));
    return recordHeaders;
  }

  public Uni<Void> send(
      String topic, @Nullable String key, byte @Nullable [] body, Headers headers) {
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
