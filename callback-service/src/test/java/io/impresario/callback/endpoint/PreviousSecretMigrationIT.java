package io.impresario.callback.endpoint;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.embedded.DatabaseBootstrap;
import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.testing.TestServers;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A secret that was rotated before several could be kept goes on signing until its grace ends. */
class PreviousSecretMigrationIT {
  private static final String SCHEMA = "callback_earlier";

  private static final String OLD_ROWS =
      """
      INSERT INTO webhook_endpoint (id, tenant_id, url, active, secret_sealed,
        previous_secret_sealed, previous_secret_until, created_at, updated_at)
      SELECT md5(name)::uuid, md5('t')::uuid, 'https://hooks.example.com/', true, 'now-' || name,
             CASE name WHEN 'rotated' THEN 'before' END,
             CASE name WHEN 'rotated' THEN timestamptz '2026-03-01 12:00:00Z' END, now(), now()
        FROM unnest(ARRAY['rotated', 'steady']) AS e (name)
      """;

  private static final String MOVED =
      """
      SELECT count(*) || ' ' || string_agg(concat_ws(' ', p.sealed, e.secret_sealed,
               p.id = e.id, p.signs_until = timestamptz '2026-03-01 12:00:00Z'), ', ') AS moved
        FROM previous_secret p
        JOIN webhook_endpoint e ON e.id = p.endpoint_id
      """;

  private final TestServers servers = TestServers.get();

  @Test
  void keepsTheGraceOfAnEarlierRotation() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      migrate("0103");
      statement.execute("SET search_path = " + SCHEMA);
      statement.execute(OLD_ROWS);
      migrate("0104");
      try (ResultSet rows = statement.executeQuery(MOVED)) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getString("moved")).isEqualTo("1 before now-rotated t t");
      }
    }
  }

  @AfterEach
  void dropsItsSchema() throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP SCHEMA IF EXISTS " + SCHEMA + " CASCADE");
    }
  }

  private Connection connect() throws SQLException {
    return EmbeddedPostgres.connect(
        servers.postgresPort(), DatabaseBootstrap.DATABASE, EmbeddedPostgres.SUPERUSER, password());
  }

  /** The schema of the service itself is of the newest version, and other tests use it. */
  private void migrate(String target) {
    Flyway.configure()
        .dataSource(
            EmbeddedPostgres.jdbcUrl(servers.postgresPort(), DatabaseBootstrap.DATABASE),
            EmbeddedPostgres.SUPERUSER,
            password())
        .schemas(SCHEMA)
        .locations("db/outbox", "db/migration")
        .target(target)
        .load()
        .migrate();
  }

  /** All logins of the test's server have the same. */
  private String password() {
    return requireNonNull(servers.datasource("callback").get("quarkus.datasource.password"));
  }
}
