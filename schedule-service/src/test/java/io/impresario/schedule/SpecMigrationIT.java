package io.impresario.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.embedded.FreePorts;
import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.CallbackTarget;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.ProxyLocation;
import io.impresario.events.spec.SpecDocument;
import io.impresario.events.spec.Viewport;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows from before the spec was one document are read as what they asked for. */
class SpecMigrationIT {
  private static final String PASSWORD = "password-for-tests";

  private static final String OLD_ROWS =
      """
      INSERT INTO schedule (id, tenant_id, workflow, params, cron_expr, timezone, timeout_seconds,
        residential_proxy, disable_default_proxy, headless, start_url, gpu, viewport_width,
        viewport_height, callback_url, callback_secret_sealed, skip_callbacks, enabled, created_at,
        updated_at)
      SELECT md5(n::text)::uuid, md5('t')::uuid, 'w', '{"n":12345678901234567890.10}', '@daily',
             'UTC', 60 * n, CASE n WHEN 1 THEN '{"country":"US","state":"CA"}' END, n = 2,
             CASE n WHEN 1 THEN false END, CASE n WHEN 1 THEN 'https://shop.example/' END,
             CASE n WHEN 1 THEN true END, CASE n WHEN 1 THEN 800 END, CASE n WHEN 1 THEN 600 END,
             CASE n WHEN 1 THEN 'https://example.com/?a="b"' END,
             CASE n WHEN 1 THEN 'v1.test.AAAA' END, n = 1, false, now(), now()
        FROM generate_series(1, 2) n
      """;

  @Test
  void keepsWhatSchedulesAskedFor(@TempDir Path directory) throws Exception {
    EmbeddedPostgres server = start(directory);
    try (Connection connection =
        EmbeddedPostgres.connect(server.port(), "postgres", EmbeddedPostgres.SUPERUSER, PASSWORD)) {
      migrate(server.port(), "0100");
      execute(connection, OLD_ROWS);
      migrate(server.port(), "latest");

      JobSpec first =
          new JobSpec(
              60,
              null,
              new BrowserOptions(false, "https://shop.example/", true, new Viewport(800, 600)),
              new ProxyLocation("US", "CA", null, null, null),
              false,
              new CallbackTarget("https://example.com/?a=\"b\"", "v1.test.AAAA"),
              true);
      JobSpec second = new JobSpec(120, null, BrowserOptions.NONE, null, true, null, false);
      assertThat(specs(connection, "schedule")).containsExactlyInAnyOrder(first, second);
    } finally {
      server.stop();
    }
  }

  private static EmbeddedPostgres start(Path directory) throws Exception {
    return EmbeddedPostgres.start(
        new EmbeddedPostgres.Settings(
            directory.resolve("data"), FreePorts.one(), PASSWORD, false, directory.resolve("log")));
  }

  private static void migrate(int port, String target) {
    Flyway.configure()
        .dataSource(
            EmbeddedPostgres.jdbcUrl(port, "postgres"), EmbeddedPostgres.SUPERUSER, PASSWORD)
        .locations("db/outbox", "db/migration")
        .target(target)
        .load()
        .migrate();
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static List<JobSpec> specs(Connection connection, String table) throws SQLException {
    List<JobSpec> specs = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT spec, callback_secret_sealed FROM " + table + " ORDER BY id")) {
      while (rows.next()) {
        specs.add(SpecDocument.read(rows.getString(1), rows.getString(2)));
      }
    }
    return specs;
  }
}
