package io.impresario.outbox;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventCodec;
import io.impresario.events.EventType;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Kafka never takes, or a consumer cannot bury whole, stops nothing else. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "job"))
class PoisonIT {
  private static final Duration LIMIT = Eventually.LIMIT;
  private static final int TOO_LARGE = 17 << 20;
  private static final String APPEND =
      """
      INSERT INTO outbox (event_id, topic, ce_type, key, tenant_id, occurred_at, body)
      VALUES (?, ?, ?, ?, ?, now(), ?)
      """;

  @Inject Outbox outbox;
  @Inject MeterRegistry metrics;
  @InjectServers TestServers servers;

  @TestHTTPResource(value = "/outbox/dead", management = true)
  String dead;

  @TestHTTPResource(value = "/outbox/retry", management = true)
  String retry;

  @BeforeEach
  void forgetTheDead() throws SQLException {
    execute("DELETE FROM outbox_dead");
  }

  @Test
  void anEventThatKafkaRefusesForGoodIsSetAsideAndTheOthersGoOn() throws SQLException {
    UUID shared = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    double before = metrics.counter("impresario.outbox.dead").count();
    UUID tooLarge;
    try (Connection direct = servers.connect("job")) {
      direct.setAutoCommit(false);
      append(direct, shared, OutboxIT.body(shared, "first"));
      tooLarge = append(direct, shared, new byte[TOO_LARGE]);
      append(direct, shared, OutboxIT.body(shared, "second"));
      append(direct, other, OutboxIT.body(other, "other"));
      direct.commit();
    }
    awaitEffects(shared, 2);
    awaitEffects(other, 1);
    awaitEmptyOutbox();
    assertThat(metrics.counter("impresario.outbox.dead").count()).isEqualTo(before + 1);
    given()
        .get(dead)
        .then()
        .statusCode(200)
        .body("count", equalTo(1))
        .body("events[0].event_id", equalTo(tooLarge.toString()))
        .body("events[0].key", equalTo(shared.toString()))
        .body("events[0].bytes", equalTo(TOO_LARGE))
        .body("events[0].reason", containsString("larger than"));
  }

  @Test
  void anOperatorSendsAnEventAgainOnceItsCauseIsGone() throws SQLException {
    UUID job = UUID.randomUUID();
    UUID event;
    try (Connection direct = servers.connect("job")) {
      event = append(direct, job, new byte[TOO_LARGE]);
    }
    Eventually.passes(LIMIT, () -> assertThat(count("outbox_dead")).isEqualTo(1));
    given()
        .post(retry + "?event_id=" + UUID.randomUUID())
        .then()
        .statusCode(200)
        .body("retried", equalTo(0));
    given().post(retry + "?event_id=nonsense").then().statusCode(400);
    try (Connection direct = servers.connect("job");
        PreparedStatement smaller = direct.prepareStatement("UPDATE outbox_dead SET body = ?")) {
      smaller.setBytes(1, OutboxIT.body(job, "smaller"));
      smaller.executeUpdate();
    }
    given().post(retry + "?event_id=" + event).then().statusCode(200).body("retried", equalTo(1));
    awaitEffects(job, 1);
    assertThat(count("outbox_dead")).isZero();
  }

  @Test
  void anEventWaitsForTheEarlierOneOfItsKeyThatAnotherReplicaSends() throws SQLException {
    UUID other = UUID.randomUUID();
    UUID shared;
    try (Connection replica = servers.connect("job");
        Connection direct = servers.connect("job")) {
      replica.setAutoCommit(false);
      shared = holdOne(replica);
      append(direct, shared, OutboxIT.body(shared, "second"));
      append(direct, other, OutboxIT.body(other, "other"));
      awaitEffects(other, 1);
      assertThat(count("effect WHERE job_id = '" + shared + "'")).isZero();
      replica.rollback();
    }
    awaitEffects(shared, 2);
    ConsumerRecord<String, byte[]> first = OutboxIT.recordOf(servers, "job-finished", shared);
    assertThat(EventCodec.decode(EventType.JOB_FINISHED, first.value()).workflow())
        .isEqualTo("first");
  }

  /** The key of an event that this connection has locked, as the relay of another replica would. */
  private static UUID holdOne(Connection replica) throws SQLException {
    while (true) {
      UUID key = UUID.randomUUID();
      append(replica, key, OutboxIT.body(key, "first"));
      replica.commit();
      try (PreparedStatement lock =
          replica.prepareStatement("SELECT 1 FROM outbox WHERE key = ? FOR UPDATE")) {
        lock.setString(1, key.toString());
        try (ResultSet held = lock.executeQuery()) {
          if (held.next()) {
            return key;
          }
        }
      }
    }
  }

  @Test
  void whatNoTopicTakesIsRefusedToWhoeverWritesIt() throws SQLException {
    UUID job = UUID.randomUUID();
    String workflow = "w".repeat(Outbox.MAX_BODY_BYTES);
    assertThatThrownBy(
            () ->
                outbox
                    .transaction(tx -> outbox.append(tx, OutboxIT.entry(job, workflow)))
                    .await()
                    .atMost(LIMIT))
        .isInstanceOf(EventTooLarge.class)
        .hasMessageContaining(Integer.toString(Outbox.MAX_BODY_BYTES));
    assertThat(count("outbox WHERE key = '" + job + "'")).isZero();
  }

  @Test
  void aRecordTooLargeForTheDeadLettersIsBuriedShortened() throws SQLException {
    UUID key = UUID.randomUUID();
    byte[] poison = new byte[TopicProvisioner.MAX_MESSAGE_BYTES - 500];
    Arrays.fill(poison, (byte) 'x');
    produce(key, poison);
    produce(key, OutboxIT.body(key, "after"));
    awaitEffects(key, 1);
    ConsumerRecord<String, byte[]> letter =
        OutboxIT.recordOf(servers, "job-finished.dead-letter", key);
    assertThat(letter.value()).hasSize(64 * 1024).containsOnly((byte) 'x');
    assertThat(OutboxIT.header(letter, CloudEventHeaders.DEAD_LETTER_SIZE))
        .isEqualTo(Integer.toString(poison.length));
    assertThat(OutboxIT.header(letter, CloudEventHeaders.DEAD_LETTER_TOPIC))
        .isEqualTo("job-finished");
    assertThat(OutboxIT.header(letter, CloudEventHeaders.DEAD_LETTER_OFFSET)).matches("[0-9]+");
    assertThat(OutboxIT.header(letter, CloudEventHeaders.DEAD_LETTER_REASON)).isNotBlank();
    assertThat(OutboxIT.header(letter, CloudEventHeaders.ID)).isNotBlank();
  }

  private void produce(UUID key, byte[] body) {
    Map<String, Object> settings =
        Map.of(
            "bootstrap.servers",
            servers.kafkaBootstrap(),
            "max.request.size",
            2 * TopicProvisioner.MAX_MESSAGE_BYTES);
    try (var producer =
        new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer())) {
      var record = new ProducerRecord<>("job-finished", key.toString(), body);
      record.headers().add(CloudEventHeaders.ID, utf8(UUID.randomUUID().toString()));
      record.headers().add(CloudEventHeaders.TYPE, utf8(EventType.JOB_FINISHED.ceType()));
      producer.send(record);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static UUID append(Connection connection, UUID key, byte[] body) throws SQLException {
    UUID event = UUID.randomUUID();
    try (PreparedStatement insert = connection.prepareStatement(APPEND)) {
      insert.setObject(1, event);
      insert.setString(2, EventType.JOB_FINISHED.topic());
      insert.setString(3, EventType.JOB_FINISHED.ceType());
      insert.setString(4, key.toString());
      insert.setObject(5, UUID.randomUUID());
      insert.setBytes(6, body);
      insert.executeUpdate();
    }
    return event;
  }

  private void awaitEffects(UUID job, int wanted) {
    Eventually.passes(
        LIMIT, () -> assertThat(count("effect WHERE job_id = '" + job + "'")).isEqualTo(wanted));
  }

  private void awaitEmptyOutbox() {
    Eventually.passes(LIMIT, () -> assertThat(count("outbox")).isZero());
  }

  private int count(String from) throws SQLException {
    try (Connection direct = servers.connect("job");
        PreparedStatement count = direct.prepareStatement("SELECT count(*)::integer FROM " + from);
        ResultSet row = count.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Connection direct = servers.connect("job");
        PreparedStatement statement = direct.prepareStatement(sql)) {
      statement.executeUpdate();
    }
  }
}
