package io.impresario.job.logline;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.LogLine;
import io.impresario.outbox.TopicsConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Sends log lines to {@code executor-logs}, in order within a job. A thread of its own talks to the
 * client library, which blocks while it knows no broker; runs never do.
 */
@ApplicationScoped
public class LogLineProducer {
  private static final Logger LOG = Logger.getLogger(LogLineProducer.class);

  /** Lines of a slow moment share a request; a reader waits a second at most in all. */
  private static final int LINGER_MS = 5;

  private static final int BATCH_BYTES = 128 * 1024;

  /** The fastest, as for the events of the outbox. */
  private static final int GZIP_LEVEL = 1;

  /** A broker may be away for as long as it takes: lines wait here and in the executor. */
  private static final int NEVER_MS = Integer.MAX_VALUE;

  private static final Duration RETRY = Duration.ofSeconds(1);

  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);

  /** What a record costs beside its body: headers, key and bookkeeping. */
  private static final int OVERHEAD_BYTES = 600;

  private final Map<String, Object> kafka;
  private final TopicsConfig topics;
  private final MeterRegistry metrics;
  private final LineBuffer<ProducerRecord<String, byte[]>> buffer;
  private final Thread thread = new Thread(this::sendAll, "log-lines");

  LogLineProducer(
      @Identifier("default-kafka-broker") Map<String, Object> kafka,
      TopicsConfig topics,
      LogLinesConfig config,
      MeterRegistry metrics) {
    this.kafka = kafka;
    this.topics = topics;
    this.metrics = metrics;
    this.buffer = new LineBuffer<>(config.bufferBytes());
    metrics.gauge("impresario.log.lines.buffered.bytes", buffer, LineBuffer::used);
  }

  void start(@Observes StartupEvent event) {
    begin();
  }

  void begin() {
    thread.setDaemon(true);
    thread.start();
  }

  @PreDestroy
  void stop() throws InterruptedException {
    buffer.close();
    thread.join(CLOSE_LIMIT.plusSeconds(1).toMillis());
    thread.interrupt();
  }

  /**
   * @param buffered called when the line has a place in the buffer
   */
  public void send(LogLine line, @Nullable String traceparent, Runnable buffered) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            topics.named(EventType.EXECUTOR_LOG.topic()),
            line.jobId().toString(),
            EventCodec.encode(EventType.EXECUTOR_LOG, line));
    CloudEventHeaders.of(
            EventType.EXECUTOR_LOG,
            line.jobId() + ":" + line.seq(),
            "job-service",
            line.timestamp(),
            line.jobId().toString(),
            line.tenantId(),
            traceparent)
        .forEach((key, value) -> record.headers().add(key, value.getBytes(StandardCharsets.UTF_8)));
    buffer.put(record, size(record), buffered);
  }

  private void sendAll() {
    try (KafkaProducer<String, byte[]> producer = awaitProducer()) {
      if (producer == null) {
        return;
      }
      ProducerRecord<String, byte[]> record = buffer.take();
      while (record != null) {
        send(producer, record);
        record = buffer.take();
      }
      producer.close(CLOSE_LIMIT);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  /** While the broker's name does not resolve there is none; null when the buffer was closed. */
  private @Nullable KafkaProducer<String, byte[]> awaitProducer() throws InterruptedException {
    boolean logged = false;
    do {
      try {
        return producer();
      } catch (KafkaException notYet) {
        if (!logged) {
          LOG.warnf("log_lines.waiting reason=\"%s\"", notYet.getCause());
          logged = true;
        }
      }
    } while (!buffer.isClosedWithin(RETRY));
    return null;
  }

  private void send(KafkaProducer<String, byte[]> producer, ProducerRecord<String, byte[]> record)
      throws InterruptedException {
    try {
      producer.send(record, (metadata, failure) -> sent(record, failure));
    } catch (InterruptException stopped) {
      throw new InterruptedException();
    } catch (KafkaException wrong) {
      sent(record, wrong);
    }
  }

  private void sent(ProducerRecord<String, byte[]> record, @Nullable Exception failure) {
    buffer.release(size(record));
    if (failure != null) {
      metrics.counter("impresario.log.lines.lost").increment();
      LOG.warnf("log_lines.lost job_id=%s reason=\"%s\"", record.key(), failure);
    }
  }

  private static int size(ProducerRecord<String, byte[]> record) {
    return record.value().length + OVERHEAD_BYTES;
  }

  private KafkaProducer<String, byte[]> producer() {
    Map<String, Object> settings = new HashMap<>(kafka);
    settings.put(ProducerConfig.ACKS_CONFIG, "all");
    settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    // One after the other. Of several on their way to a partition whose leader is just being made,
    // the first may be refused and the second taken: then the first is out of order for good.
    settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
    settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
    settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, topics.compression().codec());
    settings.put(ProducerConfig.COMPRESSION_GZIP_LEVEL_CONFIG, GZIP_LEVEL);
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, NEVER_MS);
    // With every broker gone the client forgets the topic and a send waits to learn it anew; past
    // this limit it would report the line as failed, and the line would be lost.
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Long.MAX_VALUE);
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }
}
