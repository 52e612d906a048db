package io.impresario.sealing;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.impresario.duty.Round;
import io.impresario.sealing.Resealing.Count;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.arc.Arc;
import io.quarkus.arc.InjectableContext;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.spi.Bean;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URL;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "callback"))
class ResealingIT {
  private static final String NEWER = "newer:QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWY=";
  private static final KeyRing OLD = KeyRing.parse(TestServers.SECRET_KEYS);
  private static final KeyRing BOTH = KeyRing.parse(NEWER + "," + TestServers.SECRET_KEYS);

  private static final String PAGE =
      """
      SELECT id, %1$s AS sealed FROM safe
      WHERE split_part(%1$s, '.', 2) <> $1 AND id > $2 ORDER BY id LIMIT $3
      """;

  private static final SealedColumn FRONT =
      new SealedColumn(
          "safes",
          PAGE.formatted("front"),
          "UPDATE safe SET front = $3 WHERE id = $1 AND front = $2",
          row -> "safe:" + row.getUUID("id"));

  private static final SealedColumn BACK =
      new SealedColumn(
          "safes",
          PAGE.formatted("back"),
          "UPDATE safe SET back = $3 WHERE id = $1 AND back = $2",
          row -> "safe:" + row.getUUID("id"));

  @InjectServers TestServers servers;
  @Inject Pool pool;

  @TestHTTPResource(value = "/secrets/reencrypt", management = true)
  URL command;

  /** What a service gives. */
  static class Service {
    @Produces
    @Singleton
    SealedColumn front() {
      return FRONT;
    }

    @Produces
    @Singleton
    Clock clock() {
      return Clock.systemUTC();
    }

    @Produces
    @Singleton
    SealedColumn back() {
      return BACK;
    }
  }

  private Connection connection;

  @BeforeEach
  void emptyTable() throws SQLException {
    connection = servers.connect("callback");
    execute("CREATE TABLE IF NOT EXISTS safe (id uuid PRIMARY KEY, front text, back text)");
    execute("TRUNCATE safe");
  }

  @AfterEach
  void close() throws SQLException {
    connection.close();
  }

  /** A wrong ring stops the start: it is read then, not with the first secret. */
  @Test
  void readsTheKeyRingAtTheStart() {
    Bean<?> ring =
        Arc.container()
            .beanManager()
            .resolve(Arc.container().beanManager().getBeans(KeyRing.class));
    InjectableContext singletons = Arc.container().getActiveContext(Singleton.class);
    assertThat(singletons.get(ring)).isInstanceOf(KeyRing.class);
  }

  @Test
  void walksPagesPastWhatDoesNotOpenAndSumsTheColumnsOfAName() throws SQLException {
    for (int i = 0; i < 401; i++) {
      insert(OLD, i % 2 == 0 ? OLD : null);
    }
    UUID gone = UUID.randomUUID();
    execute("INSERT INTO safe VALUES ('" + gone + "', 'v1.gone.AAAA', NULL)");

    assertThat(walk(BOTH, FRONT, BACK)).isEqualTo(Map.of("safes", new Count(401 + 201, 1)));
    assertThat(number("SELECT count(*) FROM safe WHERE front LIKE 'v1.newer.%'")).isEqualTo(401);
    assertThat(number("SELECT count(*) FROM safe WHERE back LIKE 'v1.newer.%'")).isEqualTo(201);
    assertThat(walk(BOTH, FRONT, BACK)).isEqualTo(Map.of("safes", new Count(0, 1)));
  }

  @Inject DailyResealing daily;

  /** A round is a page; the one after the last begins anew. */
  @Test
  void walksDailyPageByPage() throws SQLException {
    for (int i = 0; i < 201; i++) {
      insert(KeyRing.parse(NEWER), null);
    }
    assertThat(round()).isEqualTo(Round.moreIf(true));
    assertThat(round()).isEqualTo(Round.moreIf(true));
    assertThat(round()).isEqualTo(Round.done());
  }

  private Round round() {
    return daily.round().await().atMost(Eventually.LIMIT);
  }

  /** The page says what the row was before somebody else sealed another value. */
  @Test
  void leavesAValueThatChangedMeanwhile() throws SQLException {
    UUID id = insert(OLD, null);
    SealedColumn stale =
        new SealedColumn(
            "safes",
            "SELECT id, '%s' AS sealed FROM safe WHERE $1 <> '' AND id > $2 ORDER BY id LIMIT $3"
                .formatted(OLD.seal("before", "safe:" + id)),
            FRONT.update(),
            FRONT.context());
    assertThat(walk(BOTH, stale)).isEqualTo(Map.of("safes", new Count(0, 0)));
    assertThat(number("SELECT count(*) FROM safe WHERE front LIKE 'v1.test.%'")).isEqualTo(1);
  }

  @Test
  void isACommandOnTheManagementPort() throws SQLException {
    insert(KeyRing.parse(NEWER), null);
    insert(OLD, OLD);
    given()
        .post(command)
        .then()
        .statusCode(200)
        .body("key_id", equalTo("test"))
        .body("safes.reencrypted", equalTo(0))
        .body("safes.failed", equalTo(1));
  }

  private Map<String, Count> walk(KeyRing keys, SealedColumn... columns) {
    return new Resealing(pool, keys, List.of(columns)).run().await().atMost(Eventually.LIMIT);
  }

  private UUID insert(KeyRing front, @Nullable KeyRing back) throws SQLException {
    UUID id = UUID.randomUUID();
    try (PreparedStatement insert =
        connection.prepareStatement("INSERT INTO safe VALUES (?, ?, ?)")) {
      insert.setObject(1, id);
      insert.setString(2, front.seal("front", "safe:" + id));
      insert.setString(3, back == null ? null : back.seal("back", "safe:" + id));
      insert.executeUpdate();
    }
    return id;
  }

  private long number(String query) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
