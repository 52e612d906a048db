package io.impresario.job;

import io.impresario.testing.TestServers;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What tests see and prepare in the service's schema, past the service. */
public final class JobTable {
  /** Of jobs that tests write into the table themselves. */
  public static final String SPEC =
      "{\"timeout_seconds\":60,\"disable_default_proxy\":false,\"skip_callbacks\":true}";

  private static final int ALIVE_SECONDS = 5;
  // A connection costs more than most statements: each login computes thousands of hashes.
  // Tests that kill PostgreSQL get another one.
  private static @Nullable Connection kept;

  private JobTable() {}

  public static synchronized void update(String sql, @Nullable Object... values) {
    try (PreparedStatement statement = prepared(connection(), sql, values)) {
      statement.executeUpdate();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of all rows as text. */
  public static synchronized List<String> column(String sql, @Nullable Object... values) {
    try (PreparedStatement statement = prepared(connection(), sql, values);
        ResultSet rows = statement.executeQuery()) {
      List<String> column = new ArrayList<>();
      while (rows.next()) {
        column.add(String.valueOf(rows.getString(1)));
      }
      return column;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public static int number(String sql, @Nullable Object... values) {
    return Integer.parseInt(column(sql, values).get(0));
  }

  /** Limits of one tenant; null leaves the configured one. */
  public static void limit(UUID tenant, @Nullable Integer running, @Nullable Integer queued) {
    update(
        "INSERT INTO job_limits (tenant_id, max_running, max_queued) VALUES (?, ?, ?)"
            + " ON CONFLICT (tenant_id, workflow)"
            + " DO UPDATE SET max_running = EXCLUDED.max_running, max_queued = EXCLUDED.max_queued",
        tenant,
        running,
        queued);
  }

  /** As if another instance had claimed a waiting job and called its handler. */
  public static void runElsewhere(UUID job, UUID owner, int leaseSeconds) {
    update(
        "UPDATE jobs SET status = 'running', attempt = 1, owner = ?, claimed_at = now(),"
            + " started_at = now(), due_at = now() + interval '1 hour',"
            + " lease_expires_at = now() + make_interval(secs => ?) WHERE id = ?",
        owner,
        leaseSeconds,
        job);
  }

  private static Connection connection() throws SQLException {
    Connection connection = kept;
    if (connection == null || !connection.isValid(ALIVE_SECONDS)) {
      connection = TestServers.get().connect("job");
      kept = connection;
    }
    return connection;
  }

  private static PreparedStatement prepared(
      Connection connection, String sql, @Nullable Object... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
    return statement;
  }
}
