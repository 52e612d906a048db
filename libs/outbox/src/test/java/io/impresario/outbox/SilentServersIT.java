package io.impresario.outbox;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.ProxiedKafka;
import io.impresario.testing.ProxiedPostgres;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The relay and a consumer get over servers that never reply, and a broker without an address. */
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
@QuarkusTestResource(
    value = ProxiedKafka.class,
    restrictToAnnotatedClass = true,
    initArgs = {
      @ResourceArg(name = "host", value = SilentServersIT.BROKER_NAME),
      @ResourceArg(name = "kafka.request.timeout.ms", value = "2000"),
      @ResourceArg(
          name = "mp.messaging.connector.smallrye-kafka.session.timeout.ms",
          value = "4000"),
      @ResourceArg(name = "mp.messaging.outgoing.outbox.max.block.ms", value = "1000"),
      @ResourceArg(name = "mp.messaging.outgoing.outbox.request.timeout.ms", value = "1000"),
      @ResourceArg(name = "mp.messaging.outgoing.outbox.delivery.timeout.ms", value = "2000")
    })
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class SilentServersIT {
  /** Not in the hosts file of this JVM, where names are looked up, until a test enters it. */
  static final String BROKER_NAME = "broker.test";

  private static final int EVENTS = 5;
  private static final int MANY = 30;
  private static final String INSERT =
      """
      INSERT INTO outbox (event_id, topic, ce_type, key, tenant_id, occurred_at, body)
      VALUES (?, ?, ?, ?, ?, now(), ?)
      """;

  @Inject MeterRegistry metrics;
  @InjectServers TestServers servers;
  @InjectServers FaultyTcpProxy database;

  @InjectServers(ProxiedKafka.BROKER)
  FaultyTcpProxy broker;

  @TestHTTPResource(value = "/health", management = true)
  String health;

  private KafkaTestClient kafka;

  @BeforeEach
  void connect() {
    kafka = new KafkaTestClient(servers.kafkaBootstrap());
  }

  @AfterEach
  void heal() {
    kafka.close();
    database.mode(Mode.PASS);
    broker.mode(Mode.PASS);
  }

  @AfterAll
  static void forgetTheName() throws IOException {
    Files.writeString(hosts(), "127.0.0.1 localhost\n");
  }

  @Test
  @Order(1)
  void serviceStartsWithoutTheBrokersNameAndCatchesUp() throws Exception {
    double failed = failedRounds();
    UUID relayed = UUID.randomUUID();
    append(relayed);
    UUID consumed = UUID.randomUUID();
    produce(consumed);
    Eventually.isTrue("a round of the relay has failed", () -> failedRounds() > failed);
    assertThatThrownBy(() -> InetAddress.getByName(BROKER_NAME))
        .isInstanceOf(UnknownHostException.class);
    given().get(health).then().statusCode(200);
    assertThat(effects(relayed)).isZero();
    enterTheName();
    awaitEffect(relayed);
    awaitEffect(consumed);
  }

  @Test
  @Order(2)
  void relayAndConsumerGoOnAfterASilenceOfTheDatabase() throws Exception {
    enterTheName();
    UUID before = UUID.randomUUID();
    append(before);
    awaitEffect(before);
    database.mode(Mode.SILENCE);
    double failed = failedRounds();
    UUID relayed = UUID.randomUUID();
    append(relayed);
    UUID consumed = UUID.randomUUID();
    produce(consumed);
    Eventually.isTrue("a round of the relay has failed", () -> failedRounds() > failed);
    assertThat(effects(relayed)).isZero();
    database.mode(Mode.PASS);
    awaitEffect(relayed);
    awaitEffect(consumed);
    UUID after = UUID.randomUUID();
    append(after);
    awaitEffect(after);
  }

  @Test
  @Order(3)
  void relayAndConsumerGoOnAfterASilenceOfTheBroker() throws Exception {
    enterTheName();
    UUID before = UUID.randomUUID();
    append(before);
    awaitEffect(before);
    broker.mode(Mode.SILENCE);
    double failed = failedRounds();
    UUID relayed = UUID.randomUUID();
    List<UUID> events = new ArrayList<>();
    for (int i = 0; i < EVENTS; i++) {
      events.add(append(relayed));
    }
    String unknown = "unknown-" + relayed;
    for (int i = 0; i < MANY; i++) {
      append(unknown, UUID.randomUUID());
    }
    UUID consumed = UUID.randomUUID();
    produce(consumed);
    Eventually.isTrue("a round of the relay has failed", () -> failedRounds() > failed);
    kafka.awaitNoMembers("outbox-test");
    assertThat(effects(relayed)).isZero();
    broker.mode(Mode.PASS);
    Eventually.passes(() -> assertThat(effects(relayed)).isEqualTo(EVENTS));
    awaitEffect(consumed);
    assertThat(firstArrivals(relayed)).isEqualTo(events);
    Eventually.passes(() -> assertThat(rows("outbox")).isZero());
    assertThat(kafka.all(unknown, record -> true))
        .as("no event was sent before its topic was known")
        .hasSize(MANY);
    UUID after = UUID.randomUUID();
    append(after);
    awaitEffect(after);
    assertThat(effects(relayed)).isEqualTo(EVENTS);
  }

  private static void enterTheName() throws IOException {
    Files.writeString(hosts(), "127.0.0.1 localhost " + BROKER_NAME + "\n");
  }

  private static Path hosts() {
    return Path.of(System.getProperty("jdk.net.hosts.file"));
  }

  /** The events of the job in the order in which they first came to the topic. */
  private List<UUID> firstArrivals(UUID job) {
    return kafka
        .all(EventType.JOB_FINISHED.topic(), KafkaTestClient.withKey(job.toString()))
        .stream()
        .map(record -> KafkaTestClient.header(record, CloudEventHeaders.ID).orElseThrow())
        .distinct()
        .map(UUID::fromString)
        .toList();
  }

  private double failedRounds() {
    return metrics.find("impresario.duty.rounds").tag("duty", "outbox-relay").counters().stream()
        .filter(one -> !"succeeded".equals(one.getId().getTag("outcome")))
        .mapToDouble(Counter::count)
        .sum();
  }

  /** By a connection that does not pass the proxy. */
  private UUID append(UUID job) throws SQLException {
    return append(EventType.JOB_FINISHED.topic(), job);
  }

  private UUID append(String topic, UUID job) throws SQLException {
    UUID event = UUID.randomUUID();
    try (Connection direct = servers.connect("job");
        PreparedStatement insert = direct.prepareStatement(INSERT)) {
      insert.setObject(1, event);
      insert.setString(2, topic);
      insert.setString(3, EventType.JOB_FINISHED.ceType());
      insert.setString(4, job.toString());
      insert.setObject(5, UUID.randomUUID());
      insert.setBytes(6, OutboxIT.body(job, "silent"));
      insert.executeUpdate();
      return event;
    }
  }

  private void produce(UUID job) {
    kafka.send(
        EventType.JOB_FINISHED.topic(),
        job.toString(),
        OutboxIT.body(job, "silent"),
        Map.of(
            CloudEventHeaders.ID, UUID.randomUUID().toString(),
            CloudEventHeaders.TYPE, EventType.JOB_FINISHED.ceType()));
  }

  private void awaitEffect(UUID job) {
    Eventually.passes(() -> assertThat(effects(job)).as("effects of " + job).isEqualTo(1));
  }

  private int effects(UUID job) throws SQLException {
    return rows("effect WHERE job_id = '" + job + "'");
  }

  private int rows(String from) throws SQLException {
    try (Connection direct = servers.connect("job");
        PreparedStatement count =
            direct.prepareStatement("SELECT count(*)::integer FROM " + from)) {
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getInt(1);
      }
    }
  }
}
