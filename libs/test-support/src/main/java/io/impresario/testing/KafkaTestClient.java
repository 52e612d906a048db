package io.impresario.testing;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/** Sends and reads raw records as a foreign program would, without any code of the services. */
public final class KafkaTestClient implements AutoCloseable {
  private static final int LARGEST = 16 << 20;

  private final String bootstrap;
  private final KafkaProducer<byte[], byte[]> producer;

  public KafkaTestClient(String bootstrap) {
    this.bootstrap = bootstrap;
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap, "max.request.size", LARGEST, "linger.ms", 0),
            new ByteArraySerializer(),
            new ByteArraySerializer());
  }

  /** Returns when the broker has the record. */
  public void send(
      String topic, @Nullable String key, byte @Nullable [] value, Map<String, String> headers) {
    byte[] keyBytes = key == null ? null : key.getBytes(StandardCharsets.UTF_8);
    ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(topic, keyBytes, value);
    headers.forEach(
        (name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    try {
      producer.send(record).get(30, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError("The record was not accepted by topic " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** The matching records of the topic from its beginning; returns once there are so many. */
  public List<ConsumerRecord<byte[], byte[]>> await(
      String topic, int count, Duration limit, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    long deadline = System.nanoTime() + limit.toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer = fromTheBeginning(topic, limit)) {
      while (found.size() < count && System.nanoTime() < deadline) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> addIf(wanted, record, found));
      }
    }
    if (found.size() < count) {
      throw new AssertionError(
          "only %d of %d records in %s within %s".formatted(found.size(), count, topic, limit));
    }
    return found;
  }

  /** What the topic holds now: reads to the end offsets at the time of the call. */
  public List<ConsumerRecord<byte[], byte[]>> all(
      String topic, Predicate<ConsumerRecord<byte[], byte[]>> wanted) {
    List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    try (KafkaConsumer<byte[], byte[]> consumer = fromTheBeginning(topic, Duration.ofSeconds(30))) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        if (System.nanoTime() > deadline) {
          throw new AssertionError("Could not read " + topic + " to its end within 30 s");
        }
        consumer.poll(Duration.ofMillis(200)).forEach(record -> addIf(wanted, record, found));
      }
    }
    return found;
  }

  /** Returns once the broker has given up every consumer of the group. */
  public void awaitNoMembers(String group) {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      Eventually.passes(
          () -> {
            var described = admin.describeConsumerGroups(List.of(group)).all();
            if (described.get(30, TimeUnit.SECONDS).values().stream()
                .anyMatch(one -> !one.members().isEmpty())) {
              throw new AssertionError("the group " + group + " has members");
            }
          });
    }
  }

  public static Predicate<ConsumerRecord<byte[], byte[]>> withKey(String key) {
    return record ->
        record.key() != null && key.equals(new String(record.key(), StandardCharsets.UTF_8));
  }

  public static Optional<String> header(ConsumerRecord<byte[], byte[]> record, String name) {
    Header header = record.headers().lastHeader(name);
    return header == null
        ? Optional.empty()
        : Optional.of(new String(header.value(), StandardCharsets.UTF_8));
  }

  public static String text(ConsumerRecord<byte[], byte[]> record) {
    return new String(record.value(), StandardCharsets.UTF_8);
  }

  private static void addIf(
      Predicate<ConsumerRecord<byte[], byte[]>> wanted,
      ConsumerRecord<byte[], byte[]> record,
      List<ConsumerRecord<byte[], byte[]>> found) {
    if (wanted.test(record)) {
      found.add(record);
    }
  }

  private KafkaConsumer<byte[], byte[]> fromTheBeginning(String topic, Duration limit) {
    KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", bootstrap, "max.partition.fetch.bytes", LARGEST),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    List<TopicPartition> partitions =
        Eventually.present(
            limit,
            "topic " + topic,
            () ->
                Optional.ofNullable(consumer.partitionsFor(topic))
                    .filter(list -> !list.isEmpty())
                    .map(
                        list ->
                            list.stream()
                                .map(info -> new TopicPartition(topic, info.partition()))
                                .toList()));
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
    return consumer;
  }

  @Override
  public void close() {
    producer.close(Duration.ofSeconds(2));
  }
}
