package io.impresario.job.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.embedded.DirectoryTree;
import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.flywaydb.core.Flyway;

/**
 * A server of its own with a table of many jobs that no service sees. One tenant has nine tenths of
 * all jobs; one in a hundred jobs waits (the newest), 64 run, one workflow is rare, and so are
 * failures of the others.
 */
final class ManyJobs implements AutoCloseable {
  static final UUID LARGE = new UUID(0x7000, 0x8000_0000_0000_0000L);
  static final UUID SMALL = new UUID(0x7000, 0x8000_0000_0000_0003L);
  static final String COMMON = "w7";
  static final String RARE = "rare";

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int CHUNK = 500_000;

  private static final String SETTINGS =
      """
      SET maintenance_work_mem = '512MB';
      SET jit = off;
      SET synchronous_commit = off;
      """;

  private static final String FILL =
      """
      INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
        source, params, spec, credential_names, status, attempt, owner, lease_expires_at, due_at, created_at, claimed_at,
        started_at, completed_at, failure_code, error, result)
      SELECT id, tenant_id, workflow, id, id, 1, 'api', '{"url":"https://shop.example/offers"}',
        '{"browser":{"gpu":false,"headless":true},"disable_default_proxy":false,"skip_callbacks":false,"timeout_seconds":1800}',
        '{}', status, (status <> 'queued')::integer,
        CASE WHEN status = 'running' THEN id END,
        CASE WHEN status = 'running' THEN at + interval '1 hour' END,
        CASE WHEN status = 'running' THEN now() + interval '1 hour' END,
        at, CASE WHEN status <> 'queued' THEN at END, CASE WHEN status <> 'queued' THEN at END,
        CASE WHEN status NOT IN ('queued', 'running') THEN at + interval '3 seconds' END,
        CASE WHEN status = 'failed' THEN 'user_error' END,
        CASE WHEN status = 'failed' THEN 'the button is gone' END,
        CASE WHEN status = 'completed' THEN '{"offers":[{"price":12.50},{"price":13.75}]}' END
       FROM (
        SELECT i, (lpad(to_hex(i), 12, '0') || '7' || substr(md5(i::text), 1, 3) || '8'
                 || substr(md5(i::text), 4, 15))::uuid AS id,
               ('00000000-0000-7000-8000-' || lpad(
                 (CASE WHEN i %% 10 < 9 THEN 0 ELSE 1 + i / 10 %% 19 END)::text, 12, '0'))::uuid
                 AS tenant_id,
               CASE WHEN i %% 100003 = 0 OR i = %2$d / 2 THEN 'rare' ELSE 'w' || i / 7 %% 50 END
                 AS workflow,
               now() - (%2$d - i) * (interval '100 days' / %2$d) AS at,
               CASE WHEN i > %2$d - %2$d / 100 THEN 'queued'
                    WHEN i > %2$d - %2$d / 100 - 64 THEN 'running'
                    WHEN i %% 20 = 7 THEN 'failed' WHEN i %% 51 = 7 THEN 'cancelled'
                    ELSE 'completed' END AS status
          FROM generate_series(%1$d, %3$d) i) made
      """;

  private static final String PASSWORD = "password-for-tests";

  private final Path directory;
  private final EmbeddedPostgres server;
  private final Connection connection;
  private final boolean warm;

  ManyJobs(int rows) throws SQLException, IOException {
    warm = rows > CHUNK;
    directory = Files.createTempDirectory("impresario-many-jobs");
    server =
        EmbeddedPostgres.start(
            new EmbeddedPostgres.Settings(
                directory.resolve("data"),
                FreePorts.one(),
                PASSWORD,
                false,
                directory.resolve("log")));
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "many-jobs-stop"));
    String url = EmbeddedPostgres.jdbcUrl(server.port(), "postgres");
    Flyway.configure()
        .dataSource(url, EmbeddedPostgres.SUPERUSER, PASSWORD)
        .locations("db/outbox", "db/migration")
        .load()
        .migrate();
    connection =
        EmbeddedPostgres.connect(server.port(), "postgres", EmbeddedPostgres.SUPERUSER, PASSWORD);
    fill(rows);
  }

  private void fill(int rows) throws SQLException {
    execute(SETTINGS);
    String ours = " FROM pg_indexes WHERE tablename = 'jobs' AND indexdef NOT LIKE '%UNIQUE%'";
    List<String> definitions = column("SELECT indexdef" + ours);
    for (String name : column("SELECT indexname" + ours)) {
      execute("DROP INDEX " + name);
    }
    for (int first = 1; first <= rows; first += CHUNK) {
      execute(FILL.formatted(first, rows, Math.min(first + CHUNK - 1, rows)));
    }
    for (String definition : definitions) {
      execute(definition);
    }
    execute("VACUUM ANALYZE jobs");
  }

  /** The largest first. */
  String sizes() throws SQLException {
    return String.join(
        "\n",
        column(
            """
            SELECT relname || ' ' || pg_size_pretty(pg_relation_size(oid)) FROM pg_class
             WHERE relname LIKE 'jobs%'
             ORDER BY pg_relation_size(oid) DESC
            """));
  }

  /** How the statement is carried out, changing nothing. */
  Plan explain(String sql, boolean generic, String... literals) throws SQLException {
    connection.setAutoCommit(false);
    try {
      execute("SET LOCAL plan_cache_mode = " + (generic ? "force_generic_plan" : "auto"));
      execute("PREPARE asked AS " + sql);
      String call = literals.length == 0 ? "" : "(" + String.join(", ", literals) + ")";
      String explain = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) EXECUTE asked" + call;
      if (warm) {
        column(explain); // what comes from the disk at the first time says more about the disk
      }
      return new Plan(JSON.readTree(column(explain).get(0)).get(0));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      connection.rollback();
      connection.setAutoCommit(true);
      execute("DEALLOCATE ALL");
    }
  }

  List<String> column(String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }

  void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
    stop();
  }

  /** Also when the JVM ends because the table could not be made. */
  private void stop() {
    try {
      if (server.isAlive()) {
        server.stop();
      }
      DirectoryTree.delete(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A statement as its class has it. */
  static String sql(String type, String constant) {
    try {
      Field field = Class.forName("io.impresario.job." + type).getDeclaredField(constant);
      field.setAccessible(true);
      return (String) field.get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What EXPLAIN ANALYZE said. */
  record Plan(JsonNode root) {
    double milliseconds() {
      return root.path("Execution Time").asDouble();
    }

    long pages() {
      JsonNode top = root.path("Plan");
      return top.path("Local Hit Blocks").asLong()
          + top.path("Local Read Blocks").asLong()
          + top.path("Shared Hit Blocks").asLong()
          + top.path("Shared Read Blocks").asLong();
    }

    /** Index scans by their indexes, other ways to the table of jobs by their names. */
    List<String> ways() {
      return nodes().stream()
          .filter(
              node -> node.has("Index Name") || node.path("Relation Name").asText().equals("jobs"))
          .filter(node -> !node.path("Node Type").asText().equals("ModifyTable"))
          .filter(node -> !node.path("Node Type").asText().equals("Bitmap Heap Scan"))
          .map(node -> node.path("Node Type").asText() + " " + node.path("Index Name").asText("-"))
          .distinct()
          .toList();
    }

    boolean readsWholeTable() {
      return nodes().stream()
          .anyMatch(
              node ->
                  node.path("Node Type").asText().equals("Seq Scan")
                      && node.path("Relation Name").asText().equals("jobs"));
    }

    /** Rows of the table that were read: those used and those thrown away. */
    long rowsRead() {
      return nodes().stream()
          .filter(node -> node.path("Relation Name").asText().equals("jobs"))
          .filter(node -> node.path("Node Type").asText().contains("Scan"))
          .mapToLong(
              node ->
                  Math.round(
                      node.path("Actual Loops").asLong()
                          * (node.path("Actual Rows").asDouble()
                              + node.path("Rows Removed by Filter").asDouble()
                              + node.path("Rows Removed by Index Recheck").asDouble())))
          .sum();
    }

    private List<JsonNode> nodes() {
      List<JsonNode> all = new ArrayList<>(List.of(root.path("Plan")));
      for (int i = 0; i < all.size(); i++) {
        all.get(i).path("Plans").forEach(all::add);
      }
      return all;
    }
  }
}
