package io.impresario.log.intake;

import static io.impresario.log.LogsFixture.line;
import static io.impresario.log.LogsFixture.list;
import static io.impresario.log.LogsFixture.now;
import static io.impresario.log.LogsFixture.ofJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.events.LogSource;
import io.impresario.log.LogsFixture;
import io.impresario.log.line.JobVolume;
import io.impresario.testing.Eventually;
import io.impresario.testing.FaultyTcpProxy;
import io.impresario.testing.FaultyTcpProxy.Mode;
import io.impresario.testing.InjectServers;
import io.impresario.testing.KafkaTestClient;
import io.impresario.testing.ProxiedKafka;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "log"))
@QuarkusTestResource(ProxiedKafka.class)
class IntakeIT {
  private final UUID tenant = UUID.randomUUID();
  private final UUID job = UUID.randomUUID();

  @InjectServers TestServers servers;

  @InjectServers(ProxiedKafka.BROKER)
  FaultyTcpProxy broker;

  private LogsFixture logs;

  @BeforeEach
  void connect() {
    logs = new LogsFixture(servers.kafkaBootstrap());
  }

  @AfterEach
  void disconnect() {
    logs.close();
  }

  private List<String> messages(UUID of) {
    return list(tenant, ofJob(of)).then().statusCode(200).extract().path("json.logs.message");
  }

  private long rows(UUID of) throws SQLException {
    try (Connection connection = servers.connect("log");
        PreparedStatement count =
            connection.prepareStatement("SELECT count(*) FROM log_line WHERE job_id = ?")) {
      count.setObject(1, of);
      try (ResultSet row = count.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  @Test
  void aLineComesOutAsItWentIn() {
    Instant at = Instant.parse(now().toString());
    String message = "straße \t\\N \"quoted\" 😀 \u0001 end";
    logs.send(
        new LogLine(job, tenant, "my flow", 1, LogLevel.ERROR, LogSource.STDERR, message, at));
    Eventually.passes(() -> assertThat(messages(job)).containsExactly(message));
    Map<String, Object> entry =
        list(tenant, "{\"jobId\":\"" + job + "\"}").then().extract().path("json.logs[0]");
    assertThat(entry)
        .containsOnlyKeys("jobId", "workflow", "level", "message", "timestamp")
        .containsEntry("jobId", job.toString())
        .containsEntry("workflow", "my flow")
        .containsEntry("level", "error");
    assertThat(Instant.parse(String.valueOf(entry.get("timestamp")))).isEqualTo(at);
  }

  @Test
  void linesOfASilenceOfTheBrokerAreStoredAfterIt() {
    logs.send(line(tenant, job, 1, "before", now()));
    Eventually.passes(() -> assertThat(messages(job)).containsExactly("before"));
    try (KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      broker.mode(Mode.SILENCE);
      logs.send(line(tenant, job, 2, "during", now()));
      kafka.awaitNoMembers("log-service");
    } finally {
      broker.mode(Mode.PASS);
    }
    Eventually.passes(() -> assertThat(messages(job)).containsExactly("before", "during"));
  }

  @Test
  void redeliveredLinesAreStoredOnce() throws SQLException {
    LogLine[] lines =
        IntStream.rangeClosed(1, 200)
            .mapToObj(i -> line(tenant, job, i, "line " + i, now()))
            .toArray(LogLine[]::new);
    logs.send(lines);
    Eventually.passes(() -> assertThat(rows(job)).isEqualTo(200));
    logs.send(lines);
    logs.send(line(tenant, job, 201, "the last", now()));
    Eventually.passes(() -> assertThat(rows(job)).isEqualTo(201));
    assertThat(messages(job)).hasSize(201).startsWith("line 1").endsWith("the last");
  }

  @Test
  void poisonIsBuriedAndItsNeighboursAreStored() {
    UUID other = UUID.randomUUID();
    Map<String, String> headers =
        Map.of(CloudEventHeaders.TYPE, "io.impresario.executor.log.v1", "ce_id", "x");
    logs.sendOne(line(tenant, job, 1, "before", now()));
    logs.sendRaw(job.toString(), "{not json".getBytes(StandardCharsets.UTF_8), headers);
    logs.sendRaw(job.toString(), "{\"seq\":1}".getBytes(StandardCharsets.UTF_8), headers);
    logs.sendRaw(
        job.toString(), "{}".getBytes(StandardCharsets.UTF_8), Map.of("ce_type", "some.other.v9"));
    logs.sendOne(line(tenant, other, 1, "far ahead", now().plus(Duration.ofDays(3))));
    logs.send(line(tenant, job, 2, "after", now()), line(tenant, other, 2, "beside", now()));
    Eventually.passes(() -> assertThat(messages(job)).containsExactly("before", "after"));
    Eventually.passes(() -> assertThat(messages(other)).containsExactly("beside"));
    try (KafkaTestClient kafka = new KafkaTestClient(servers.kafkaBootstrap())) {
      var buried =
          kafka.await(
              LogsFixture.TOPIC + ".dead-letter",
              4,
              Duration.ofSeconds(20),
              KafkaTestClient.withKey(job.toString())
                  .or(KafkaTestClient.withKey(other.toString())));
      assertThat(buried)
          .extracting(
              record ->
                  KafkaTestClient.header(record, CloudEventHeaders.DEAD_LETTER_REASON).orElse(""))
          .anyMatch(reason -> reason.contains("some.other.v9"))
          .anyMatch(reason -> reason.contains("in the future"))
          .anyMatch(reason -> reason.contains("lacks"));
    }
  }

  @Test
  void lateLinesFindTheirDayAndExpiredOnesAreLeftOut() throws SQLException {
    Instant late = now().minus(Duration.ofDays(17));
    logs.send(
        line(tenant, job, 1, "expired", now().minus(Duration.ofDays(31))),
        line(tenant, job, 2, "late", late),
        line(tenant, job, 3, "next day", late.plus(Duration.ofDays(1))),
        line(tenant, job, 4, "today", now()));
    Eventually.passes(() -> assertThat(messages(job)).containsExactly("late", "next day", "today"));
    assertThat(rows(job)).isEqualTo(3);
  }

  @Test
  void aJobThatWritesTooMuchIsEndedWithAMarker() throws SQLException {
    String large = "x".repeat(60_000);
    for (int seq = 1; seq <= 200; seq++) {
      logs.sendOne(line(tenant, job, seq, large, now()));
    }
    logs.flush();
    UUID other = UUID.randomUUID();
    logs.send(line(tenant, other, 1, "beside", now()));
    Eventually.passes(() -> assertThat(messages(other)).containsExactly("beside"));
    int kept = 10304 * 1024 / 60_000;
    Eventually.passes(() -> assertThat(rows(job)).isEqualTo(kept + 1));
    assertThat(
            list(tenant, "{\"jobId\":\"%s\",\"limit\":1}".formatted(job))
                .then()
                .extract()
                .<String>path("json.logs[0].message"))
        .isEqualTo(JobVolume.MARKER);
  }

  @Test
  void linesWaitWhileTheDatabaseIsAway() throws SQLException {
    logs.send(line(tenant, job, 1, "before", now()));
    Eventually.passes(() -> assertThat(messages(job)).containsExactly("before"));
    servers.killPostgres();
    try {
      logs.send(
          IntStream.rangeClosed(2, 500)
              .mapToObj(i -> line(tenant, job, i, "line " + i, now()))
              .toArray(LogLine[]::new));
    } finally {
      servers.startPostgres();
    }
    Eventually.passes(() -> assertThat(rows(job)).isEqualTo(500));
  }

  @Test
  void oneTenantsFloodDelaysAnothersLinesBoundedly() {
    UUID flooding = UUID.randomUUID();
    for (int i = 0; i < 20_000; i++) {
      UUID floodJob = new UUID(flooding.getMostSignificantBits(), i % 4);
      logs.sendOne(line(flooding, floodJob, i / 4 + 1, "flood " + "x".repeat(100), now()));
    }
    UUID quiet = UUID.randomUUID();
    logs.send(line(tenant, quiet, 1, "heard", now()));
    Eventually.passes(() -> assertThat(messages(quiet)).containsExactly("heard"));
  }
}
