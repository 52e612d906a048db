package io.impresario.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaProcessIT {
  private static final TopicPartition RESULTS = new TopicPartition("results", 0);

  @TempDir Path directory;

  @Test
  void keepsALargeRecordOverAKill() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    EmbeddedKafka.Settings settings =
        new EmbeddedKafka.Settings(directory.resolve("a broker"), ports.get(0), ports.get(1));
    KafkaProcess first = KafkaProcess.start(settings, directory.resolve("kafka.log"));
    byte[] large = new byte[15 << 20];
    send(settings.port(), large);
    first.kill();

    KafkaProcess second = KafkaProcess.start(settings, directory.resolve("kafka.log"));
    try {
      assertThat(read(settings.port()).value()).hasSize(large.length);
    } finally {
      second.stop();
    }
    assertThat(second.isAlive()).isFalse();
  }

  @Test
  void startsInEveryLanguageAndUnderEveryPath() throws Exception {
    List<Integer> ports = FreePorts.some(2);
    Path log = directory.resolve("kafka.log");
    EmbeddedKafka.Settings settings =
        new EmbeddedKafka.Settings(
            directory.resolve("ü, x").resolve("a, broker"), ports.get(0), ports.get(1));
    ProcessBuilder builder = KafkaProcess.builder(settings, log);
    builder.environment().put("JDK_JAVA_OPTIONS", "-Duser.language=tr -Duser.country=TR");
    KafkaProcess kafka = KafkaProcess.attach(settings, builder.start().toHandle());
    try {
      kafka.awaitReady(log);
      send(settings.port(), new byte[] {7});
      assertThat(read(settings.port()).value()).containsExactly(7);
    } finally {
      kafka.stop();
    }
  }

  private static void send(int port, byte[] value) throws Exception {
    Map<String, Object> configuration =
        Map.of(
            "bootstrap.servers",
            "127.0.0.1:" + port,
            "max.request.size",
            16 << 20,
            // As the services do; the broker opens each batch.
            "compression.type",
            "lz4");
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(configuration, new ByteArraySerializer(), new ByteArraySerializer())) {
      ProducerRecord<byte[], byte[]> record =
          new ProducerRecord<>(RESULTS.topic(), RESULTS.partition(), new byte[] {1}, value);
      producer.send(record).get(30, TimeUnit.SECONDS);
    }
  }

  private static ConsumerRecord<byte[], byte[]> read(int port) {
    Map<String, Object> configuration =
        Map.of("bootstrap.servers", "127.0.0.1:" + port, "max.partition.fetch.bytes", 16 << 20);
    try (KafkaConsumer<byte[], byte[]> consumer =
        new KafkaConsumer<>(
            configuration, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(RESULTS));
      consumer.seekToBeginning(List.of(RESULTS));
      long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (System.nanoTime() < deadline) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(500))) {
          return record;
        }
      }
    }
    throw new AssertionError("no record within 30 s");
  }
}
