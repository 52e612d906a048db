package io.impresario.job;

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
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows from before the spec was one document are read as what they asked for. */
class SpecMigrationIT {
  private static final String PASSWORD = "password-for-tests";

  private static final String OLD_ROWS =
      """
      INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
        source, params, timeout_seconds, queue_ttl_seconds, callback_url, callback_secret_sealed,
        skip_callbacks, residential_proxy, disable_default_proxy, headless, start_url, gpu,
        viewport_width, viewport_height, credential_names)
      SELECT md5(n::text)::uuid, md5('t')::uuid, 'w', md5('w')::uuid, md5('d')::uuid, 1, 'api',
             '{"n":12345678901234567890.10}', 60 * n, CASE n WHEN 1 THEN 9 END,
             CASE n WHEN 1 THEN 'https://example.com/?a="b"' END,
             CASE n WHEN 1 THEN 'v1.test.AAAA' END, n = 1,
             CASE n WHEN 1 THEN '{"country":"US","state":"CA","city":null,"zip":null,"asn":null}' END,
             n = 2, n = 2, CASE n WHEN 1 THEN 'https://shop.example/' END, n = 1,
             CASE n WHEN 1 THEN 800 END, CASE n WHEN 1 THEN 600 END, '{}'
        FROM generate_series(1, 2) n;
      INSERT INTO job_nonces (tenant_id, nonce, job_id, input_hash)
      SELECT tenant_id, 'one', id, '\\x00' FROM jobs WHERE callback_url IS NOT NULL;
      INSERT INTO deployment (id, tenant_id, status, entry_point, auto_repair)
      VALUES (md5('d')::uuid, md5('t')::uuid, 'building', 'index.ts', false);
      INSERT INTO workflow_version (workflow_id, version, tenant_id, deployment_id, name,
        credential_names, start_url, gpu, viewport_width, viewport_height)
      VALUES (md5('w')::uuid, 1, md5('t')::uuid, md5('d')::uuid, 'w', '{}', 'https://shop.example/',
        false, 800, 600), (md5('v')::uuid, 1, md5('t')::uuid, md5('d')::uuid, 'v', '{}', NULL, true,
        NULL, NULL)
      """;

  @Test
  void keepsWhatJobsAskedFor(@TempDir Path directory) throws Exception {
    EmbeddedPostgres server = start(directory);
    try (Connection connection =
        EmbeddedPostgres.connect(server.port(), "postgres", EmbeddedPostgres.SUPERUSER, PASSWORD)) {
      migrate(server.port(), "0112");
      execute(connection, OLD_ROWS);
      migrate(server.port(), "latest");

      JobSpec first =
          new JobSpec(
              60,
              9,
              new BrowserOptions(false, "https://shop.example/", true, new Viewport(800, 600)),
              new ProxyLocation("US", "CA", null, null, null),
              false,
              new CallbackTarget("https://example.com/?a=\"b\"", "v1.test.AAAA"),
              true);
      JobSpec second =
          new JobSpec(
              120, null, new BrowserOptions(true, null, false, null), null, true, null, false);
      assertThat(specs(connection, "jobs")).containsExactlyInAnyOrder(first, second);
      assertThat(column(connection, "SELECT DISTINCT params FROM jobs"))
          .containsExactly("{\"n\":12345678901234567890.10}");
      assertThat(column(connection, "SELECT input_hash FROM job_nonces"))
          .containsExactly((String) null);
      assertThat(column(connection, "SELECT browser FROM workflow_version ORDER BY name"))
          .extracting(SpecDocument::readBrowser)
          .containsExactly(
              new BrowserOptions(null, null, true, null),
              new BrowserOptions(null, "https://shop.example/", false, new Viewport(800, 600)));
    } finally {
      server.stop();
    }
  }

  private static List<@Nullable String> column(Connection connection, String sql)
      throws SQLException {
    List<@Nullable String> column = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        column.add(rows.getString(1));
      }
    }
    return column;
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
