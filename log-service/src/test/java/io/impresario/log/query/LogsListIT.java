package io.impresario.log.query;

import static io.impresario.log.LogsFixture.line;
import static io.impresario.log.LogsFixture.list;
import static io.impresario.log.LogsFixture.now;
import static io.impresario.log.LogsFixture.ofJob;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.log.LogsFixture;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestIdentity;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "log"))
class LogsListIT {
  private static final int POOL_SIZE = 8;

  /** Shorter than the 10 s after which the database itself ends a statement. */
  private static final Duration LESS_THAN_A_STATEMENT = Duration.ofSeconds(5);

  private static final String WAITING_QUERIES =
      """
      SELECT count(*)
        FROM pg_stat_activity
       WHERE wait_event_type = 'Lock' AND query LIKE '%page_sized%' AND pid <> pg_backend_pid()
      """;

  private final UUID tenant = UUID.randomUUID();

  @InjectServers TestServers servers;
  private LogsFixture logs;

  @BeforeEach
  void connect() {
    logs = new LogsFixture(servers.kafkaBootstrap());
  }

  @AfterEach
  void disconnect() {
    logs.close();
  }

  private void send(LogLine... lines) {
    logs.send(lines);
    for (LogLine line : lines) {
      Eventually.passes(
          () ->
              assertThat(messages(list(line.tenantId(), ofJob(line.jobId()))))
                  .contains(line.message()));
    }
  }

  private static List<String> messages(Response response) {
    return response.then().statusCode(200).extract().path("json.logs.message");
  }

  @Test
  void anUnknownJobIsAnEmptyPage() {
    JsonPath page = list(tenant, ofJob(UUID.randomUUID())).then().extract().jsonPath();
    assertThat(page.getList("json.logs")).isEmpty();
    assertThat(page.getMap("json")).containsOnlyKeys("logs", "nextPageToken");
    assertThat(page.getString("json.nextPageToken")).isNull();
  }

  @Test
  void anotherTenantsLinesDoNotExist() {
    UUID job = UUID.randomUUID();
    send(line(tenant, job, 1, "mine", now()));
    UUID stranger = UUID.randomUUID();
    assertThat(messages(list(stranger, ofJob(job)))).isEmpty();
    assertThat(messages(list(stranger, "{}"))).isEmpty();
    assertThat(messages(list(tenant, "{}"))).containsExactly("mine");
  }

  @Test
  void aCallerWhoHangsUpEndsItsQuery() throws Exception {
    assertThat(messages(list(tenant, "{}"))).isEmpty();
    try (Connection other = servers.connect("log");
        Statement lock = other.createStatement()) {
      other.setAutoCommit(false);
      lock.execute("LOCK TABLE log_line IN ACCESS EXCLUSIVE MODE");
      List<Socket> callers = new ArrayList<>();
      for (int i = 0; i < POOL_SIZE + 2; i++) {
        callers.add(call());
      }
      Eventually.isTrue("the pool is used up", () -> waitingQueries() == POOL_SIZE);
      for (Socket caller : callers) {
        caller.close();
      }
      Eventually.isTrue(LESS_THAN_A_STATEMENT, "no query is left", () -> waitingQueries() == 0);
      other.rollback();
    }
    assertThat(messages(list(tenant, "{}"))).isEmpty();
  }

  private Socket call() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
    String head =
        "POST /v1/logs/list HTTP/1.1\r\nhost: x\r\n%s: %s\r\ncontent-length: 11\r\n"
            + "content-type: application/json\r\n\r\n{\"json\":{}}";
    String request = head.formatted(TestIdentity.HEADER, TestIdentity.of(tenant));
    socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
    socket.getOutputStream().flush();
    return socket;
  }

  private int waitingQueries() throws SQLException {
    try (Connection connection = servers.connect("log");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(WAITING_QUERIES)) {
      rows.next();
      return rows.getInt(1);
    }
  }

  @Test
  void filtersCombine() {
    UUID one = UUID.randomUUID();
    UUID two = UUID.randomUUID();
    send(
        line(tenant, one, 1, LogLevel.INFO, "a"),
        line(tenant, one, 2, LogLevel.WARN, "a"),
        line(tenant, one, 3, LogLevel.ERROR, "a"),
        line(tenant, two, 4, LogLevel.WARN, "b"),
        line(tenant, two, 5, LogLevel.ERROR, "b"));
    assertThat(messages(list(tenant, "{\"level\":\"warn\",\"order\":\"asc\"}")))
        .containsExactlyInAnyOrder("line 2", "line 4");
    assertThat(messages(list(tenant, "{\"workflow\":\"b\"}"))).containsExactly("line 5", "line 4");
    assertThat(messages(list(tenant, "{\"workflow\":\"a\",\"level\":\"error\"}")))
        .containsExactly("line 3");
    assertThat(messages(list(tenant, "{\"jobId\":\"" + one + "\"}")))
        .containsExactly("line 3", "line 2", "line 1");
    assertThat(messages(list(tenant, "{\"jobId\":\"" + one + "\",\"level\":\"info\"}")))
        .containsExactly("line 1");
    assertThat(messages(list(tenant, "{\"jobId\":\"" + one + "\",\"workflow\":\"b\"}"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"jobId\":\"nope\"}",
        "{\"level\":\"debug\"}",
        "{\"limit\":0}",
        "{\"limit\":1001}",
        "{\"limit\":\"5\"}",
        "{\"order\":\"up\"}",
        "{\"pageToken\":\"AAAA\"}",
        "{\"workflow\":\"\"}"
      })
  void wrongInputIsNamed(String input) {
    String field = input.substring(2, input.indexOf("\":"));
    JsonPath answer = list(tenant, input).then().statusCode(400).extract().jsonPath();
    assertThat(answer.getString("json.message")).isEqualTo("Input validation failed");
    assertThat(answer.getString("json.data.issues[0].path[0]")).isEqualTo(field);
  }

  @ParameterizedTest
  @ValueSource(strings = {"desc", "asc"})
  void pagesNeitherSkipNorRepeatWhileLinesArrive(String order) {
    UUID job = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    Random random = new Random(11);
    Instant start = now().minusSeconds(100);
    // Many lines share a millisecond, also over jobs.
    LogLine[] before =
        IntStream.range(0, 600)
            .mapToObj(
                i ->
                    line(
                        tenant,
                        i % 2 == 0 ? job : other,
                        i / 2 + 1,
                        "before " + i,
                        start.plusMillis(random.nextInt(50))))
            .toArray(LogLine[]::new);
    logs.send(before);
    Eventually.passes(
        () -> {
          assertThat(messages(list(tenant, ofJob(job)))).hasSize(300);
          assertThat(messages(list(tenant, ofJob(other)))).hasSize(300);
        });
    assertWalk(null, order, 600);
    assertWalk(job, order, 300);
  }

  /** Walks in small pages while new lines arrive; each line from before is met exactly once. */
  private void assertWalk(@Nullable UUID job, String order, int expected) {
    List<String> met = new ArrayList<>();
    String token = null;
    int page = 0;
    do {
      send(line(tenant, UUID.randomUUID(), 1, "new " + page + (job == null), now()));
      JsonPath answer =
          list(tenant, input(job, order, token)).then().statusCode(200).extract().jsonPath();
      met.addAll(answer.getList("json.logs.message", String.class));
      token = answer.getString("json.nextPageToken");
      page++;
    } while (token != null && page < 100);
    assertThat(new HashSet<>(met)).as("no repeats").hasSameSizeAs(met);
    assertThat(met.stream().filter(message -> message.startsWith("before"))).hasSize(expected);
  }

  private static String input(@Nullable UUID job, String order, @Nullable String token) {
    return "{\"limit\":47,\"order\":\"%s\"%s%s}"
        .formatted(
            order,
            job == null ? "" : ",\"jobId\":\"" + job + "\"",
            token == null ? "" : ",\"pageToken\":\"" + token + "\"");
  }

  @Test
  void aPageOfHugeLinesEndsEarlyAndGoesOn() {
    UUID job = UUID.randomUUID();
    String large = "x".repeat(64_000);
    LogLine[] lines =
        IntStream.rangeClosed(1, 100)
            .mapToObj(i -> line(tenant, job, i, large + i, now()))
            .toArray(LogLine[]::new);
    logs.send(lines);
    Eventually.passes(
        () ->
            assertThat(messages(list(tenant, "{\"jobId\":\"" + job + "\",\"limit\":1}")))
                .containsExactly(large + 100));
    JsonPath first = list(tenant, ofJob(job)).then().extract().jsonPath();
    assertThat(first.getList("json.logs")).hasSizeBetween(60, 70);
    String rest =
        ofJob(job)
            .replace("}", ",\"pageToken\":\"" + first.getString("json.nextPageToken") + "\"}");
    JsonPath second = list(tenant, rest).then().extract().jsonPath();
    assertThat(second.getList("json.logs").size())
        .isEqualTo(100 - first.getList("json.logs").size());
    assertThat(second.getString("json.nextPageToken")).isNull();
  }
}
