package io.impresario.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads all of {@code job-finished} from its beginning, as any subscriber would. */
final class FinishedEvents implements AutoCloseable {
  private static final String TOPIC = "job-finished";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final Map<String, Set<String>> ids = new ConcurrentHashMap<>();
  private final Map<String, Set<String>> ends = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::read, "job-finished");
  private volatile int deliveries;
  private volatile boolean closed;

  FinishedEvents(String bootstrap) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Eventually.present(
            Eventually.LIMIT,
            TOPIC,
            () ->
                Optional.of(
                        consumer.partitionsFor(TOPIC).stream()
                            .map(info -> new TopicPartition(TOPIC, info.partition()))
                            .toList())
                    .filter(found -> !found.isEmpty()));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    thread.setDaemon(true);
    thread.start();
  }

  boolean has(String job) {
    return ids.containsKey(job);
  }

  int count() {
    return ids.size();
  }

  Set<String> jobs() {
    return ids.keySet();
  }

  /** The ids of a job's events; more than one would be two facts. */
  Set<String> ids(String job) {
    return ids.getOrDefault(job, Set.of());
  }

  /** What they say of its end. */
  Set<String> ends(String job) {
    return ends.getOrDefault(job, Set.of());
  }

  /** Records in the topic, those delivered again included. */
  int deliveries() {
    return deliveries;
  }

  private void read() {
    while (!closed) {
      consumer.poll(Duration.ofMillis(100)).forEach(this::take);
    }
    consumer.close();
  }

  private void take(ConsumerRecord<byte[], byte[]> record) {
    JsonNode event = body(record);
    String job = event.path("job_id").asText();
    String id = KafkaTestClient.header(record, "ce_id").orElse("none");
    String end = event.path("status").asText() + " " + event.path("failure_code").asText("");
    deliveries = deliveries + 1;
    ends.computeIfAbsent(job, key -> ConcurrentHashMap.newKeySet()).add(end.strip());
    ids.computeIfAbsent(job, key -> ConcurrentHashMap.newKeySet()).add(id);
  }

  private static JsonNode body(ConsumerRecord<byte[], byte[]> record) {
    try {
      return StackUnderTest.JSON.readTree(record.value());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      thread.join(Duration.ofSeconds(10).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
