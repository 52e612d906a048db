package io.impresario.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ProxiedPostgres;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The relay and a consumer get over replies of the database that never come. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "job"))
@QuarkusTestResource(
    value = ProxiedPostgres.class,
    restrictToAnnotatedClass = true,
    initArgs = {
      @ResourceArg(name = "impresario.sql.statement-timeout", value = "1s"),
      @ResourceArg(name = "impresario.sql.transaction-idle-timeout", value = "2s"),
      @ResourceArg(name = "impresario.sql.silence-limit", value = "3s")
    })
class SilentDatabaseIT {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final String INSERT =
      """
      INSERT INTO outbox (event_id, topic, ce_type, key, tenant_id, occurred_at, body)
      VALUES (?, ?, ?, ?, ?, now(), ?)
      """;

  @Inject MeterRegistry metrics;
  @InjectServers TestServers servers;
  @InjectServers FaultyTcpProxy proxy;

  @AfterEach
  void heal() {
    proxy.mode(Mode.PASS);
  }

  @Test
  void relayAndConsumerGoOnAfterTheSilence() throws Exception {
    UUID before = UUID.randomUUID();
    append(before);
    awaitEffect(before);
    proxy.mode(Mode.SILENCE);
    double failed = failedRounds();
    UUID relayed = UUID.randomUUID();
    append(relayed);
    UUID consumed = UUID.randomUUID();
    produce(consumed);
    Eventually.isTrue(LIMIT, "a round of the relay has failed", () -> failedRounds() > failed);
    assertThat(effects(relayed)).isZero();
    proxy.mode(Mode.PASS);
    awaitEffect(relayed);
    awaitEffect(consumed);
    UUID after = UUID.randomUUID();
    append(after);
    awaitEffect(after);
  }

  private double failedRounds() {
    return metrics.find("impresario.duty.rounds").tag("duty", "outbox-relay").counters().stream()
        .filter(one -> !"succeeded".equals(one.getId().getTag("outcome")))
        .mapToDouble(Counter::count)
        .sum();
  }

  /** By a connection that does not pass the proxy. */
  private void append(UUID job) throws SQLException {
    try (Connection direct = servers.connect("job");
        PreparedStatement insert = direct.prepareStatement(INSERT)) {
      insert.setObject(1, UUID.randomUUID());
      insert.setString(2, EventType.JOB_FINISHED.topic());
      insert.setString(3, EventType.JOB_FINISHED.ceType());
      insert.setString(4, job.toString());
      insert.setObject(5, UUID.randomUUID());
      insert.setBytes(6, OutboxIT.body(job, "silent"));
      insert.executeUpdate();
    }
  }

  private void produce(UUID job) {
    Map<String, Object> settings = Map.of("bootstrap.servers", servers.kafkaBootstrap());
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      var record =
          new ProducerRecord<>("job-finished", job.toString(), OutboxIT.body(job, "silent"));
      record.headers().add(CloudEventHeaders.ID, utf8(UUID.randomUUID().toString()));
      record.headers().add(CloudEventHeaders.TYPE, utf8(EventType.JOB_FINISHED.ceType()));
      producer.send(record);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void awaitEffect(UUID job) {
    Eventually.passes(LIMIT, () -> assertThat(effects(job)).as("effects of " + job).isEqualTo(1));
  }

  private int effects(UUID job) throws SQLException {
    try (Connection direct = servers.connect("job");
        PreparedStatement count =
            direct.prepareStatement("SELECT count(*)::integer FROM effect WHERE job_id = ?")) {
      count.setObject(1, job);
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
