package io.impresario.job.logline;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.events.LogSource;
import io.impresario.outbox.TopicsConfig;
import io.impresario.testing.Eventually;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.util.AbstractMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;

/** Log lines get to Kafka, whatever the way there is like. */
class LogLineProducerIT {
  private static final int TOPICS = 30;
  private static final int LINES = 60;
  private static final String LINE = "x".repeat(60_000);
  private static final Instant NOW = Clock.systemUTC().instant();

  private final Map<String, Object> kafka =
      Map.of("bootstrap.servers", TestServers.get().kafkaBootstrap());

  /**
   * The broker says that a topic is there a moment before its partitions have their leaders, and
   * refuses what comes in between.
   */
  @Test
  void everyLineArrivesInATopicThatHasJustBeenMade() throws InterruptedException {
    try (Admin admin = Admin.create(kafka)) {
      for (int i = 0; i < TOPICS; i++) {
        String prefix = "fresh-" + i + "-";
        String topic = prefix + EventType.EXECUTOR_LOG.topic();
        admin
            .createTopics(List.of(new NewTopic(topic, 6, (short) 1)))
            .all()
            .toCompletionStage()
            .toCompletableFuture()
            .join();
        SimpleMeterRegistry metrics = new SimpleMeterRegistry();
        LogLineProducer producer =
            new LogLineProducer(kafka, new Topics(prefix), () -> 64L << 20, metrics);
        producer.begin();
        UUID job = UUID.randomUUID();
        for (int seq = 1; seq <= LINES; seq++) {
          producer.send(line(job, seq), null, () -> {});
        }
        Eventually.isTrue(
            "all lines of topic " + i + " were taken",
            () -> metrics.get("impresario.log.lines.buffered.bytes").gauge().value() == 0);
        producer.stop();
        assertThat(metrics.find("impresario.log.lines.lost").counter()).isNull();
      }
    }
  }

  @Test
  void everyLineArrivesOnceTheBrokersNameResolves() throws Exception {
    Map<String, Object> addresses = new ConcurrentHashMap<>();
    AtomicInteger asked = new AtomicInteger();
    addresses.put("bootstrap.servers", "no-such-host.invalid:9092");
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    LogLineProducer producer = producer(counted(addresses, asked), metrics);
    UUID job = UUID.randomUUID();
    for (int seq = 1; seq <= LINES; seq++) {
      producer.send(line(job, seq), null, () -> {});
    }
    Eventually.isTrue("the name was looked up twice", () -> asked.get() > 1);
    addresses.putAll(kafka);
    awaitEmpty(metrics);
    producer.stop();
    assertThat(metrics.find("impresario.log.lines.lost").counter()).isNull();
    assertThat(arrived(job)).containsExactlyElementsOf(firstNumbers());
  }

  private static LogLineProducer producer(Map<String, Object> kafka, MeterRegistry metrics) {
    LogLineProducer producer = new LogLineProducer(kafka, new Topics(""), () -> 64L << 20, metrics);
    producer.begin();
    return producer;
  }

  /** The same settings, and how often they were read. */
  private static Map<String, Object> counted(Map<String, Object> settings, AtomicInteger asked) {
    return new AbstractMap<>() {
      @Override
      public Set<Entry<String, Object>> entrySet() {
        asked.incrementAndGet();
        return settings.entrySet();
      }

      @Override
      public int size() {
        return settings.size();
      }
    };
  }

  private static void awaitEmpty(MeterRegistry metrics) {
    Eventually.isTrue(
        "all lines were taken",
        () -> metrics.get("impresario.log.lines.buffered.bytes").gauge().value() == 0);
  }

  private static List<Long> firstNumbers() {
    return LongStream.rangeClosed(1, LINES).boxed().toList();
  }

  private static List<Long> arrived(UUID job) {
    try (KafkaTestClient client = new KafkaTestClient(TestServers.get().kafkaBootstrap())) {
      return client
          .all(EventType.EXECUTOR_LOG.topic(), KafkaTestClient.withKey(job.toString()))
          .stream()
          .map(record -> EventCodec.decode(EventType.EXECUTOR_LOG, record.value()).seq())
          .toList();
    }
  }

  private static LogLine line(UUID job, int seq) {
    return new LogLine(job, job, "w", seq, LogLevel.INFO, LogSource.CONSOLE, LINE, NOW);
  }

  private record Topics(String name) implements TopicsConfig {
    @Override
    public Optional<String> prefix() {
      return Optional.of(name);
    }

    @Override
    public int partitions() {
      return 6;
    }

    @Override
    public short replication() {
      return 1;
    }

    @Override
    public Compression compression() {
      return Compression.GZIP;
    }
  }
}
