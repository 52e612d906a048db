package io.impresario.log;

import static io.restassured.RestAssured.given;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.events.LogSource;
import io.impresario.testing.TestIdentity;
import io.restassured.response.Response;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Writes lines to Kafka as job-service does, and calls logs/list as the gateway does. */
public final class LogsFixture implements AutoCloseable {
  public static final String TOPIC = EventType.EXECUTOR_LOG.topic();

  private final KafkaProducer<String, byte[]> producer;

  public LogsFixture(String bootstrap) {
    Properties settings = new Properties();
    settings.put("bootstrap.servers", bootstrap);
    settings.put("max.in.flight.requests.per.connection", "1");
    settings.put("linger.ms", "5");
    settings.put("compression.type", "gzip");
    settings.put("buffer.memory", "67108864");
    this.producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  public static Instant now() {
    return Instant.now().truncatedTo(ChronoUnit.MILLIS);
  }

  public static LogLine line(UUID tenant, UUID job, long seq, String message, Instant at) {
    return new LogLine(job, tenant, "checkout", seq, LogLevel.INFO, LogSource.CONSOLE, message, at);
  }

  public static LogLine line(UUID tenant, UUID job, long seq, LogLevel level, String workflow) {
    return new LogLine(job, tenant, workflow, seq, level, LogSource.STDOUT, "line " + seq, now());
  }

  public void send(LogLine... lines) {
    Arrays.stream(lines).forEach(this::sendOne);
    producer.flush();
  }

  /** Without waiting for the broker. */
  public void sendOne(LogLine line) {
    producer.send(
        record(
            line.jobId().toString(),
            EventCodec.encode(EventType.EXECUTOR_LOG, line),
            CloudEventHeaders.of(
                EventType.EXECUTOR_LOG,
                line.jobId() + ":" + line.seq(),
                "job-service",
                line.timestamp(),
                line.jobId().toString(),
                line.tenantId(),
                null)));
  }

  public void flush() {
    producer.flush();
  }

  public void sendRaw(String key, byte[] body, Map<String, String> headers) {
    producer.send(record(key, body, headers));
    producer.flush();
  }

  private static ProducerRecord<String, byte[]> record(
      String key, byte[] body, Map<String, String> headers) {
    ProducerRecord<String, byte[]> record = new ProducerRecord<>(TOPIC, key, body);
    headers.forEach(
        (name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  public static Response list(UUID tenant, String input) {
    return given()
        .contentType("application/json")
        .header(TestIdentity.HEADER, TestIdentity.of(tenant))
        .body("{\"json\":" + input + "}")
        .post("/v1/logs/list");
  }

  public static String ofJob(UUID job) {
    return "{\"jobId\":\"%s\",\"order\":\"asc\",\"limit\":1000}".formatted(job);
  }

  @Override
  public void close() {
    producer.close();
  }
}
