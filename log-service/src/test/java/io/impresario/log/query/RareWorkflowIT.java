package io.impresario.log.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A page of one workflow costs what it shows. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "log"))
class RareWorkflowIT {
  private final UUID tenant = UUID.randomUUID();

  @InjectServers TestServers servers;

  @Test
  void readsNoLineOfOtherWorkflows() throws SQLException {
    LogQuery query = new LogQuery(tenant, null, "rare", null, Order.DESC);
    String sql =
        LogStatement.of(query, null, 10)
            .sql()
            .replace("$1", "'" + tenant + "'")
            .replace("$2", "'rare'")
            .replace("$3", "11");
    try (Connection connection = servers.connect("log");
        Statement statement = connection.createStatement()) {
      statement.execute("SELECT create_log_day((now() AT TIME ZONE 'UTC')::date)");
      statement.execute(
          """
          INSERT INTO log_line (tenant_id, job_id, seq, logged_at, level, source, workflow, message)
          SELECT '%1$s', '%1$s', n, date_trunc('day', now() AT TIME ZONE 'UTC') AT TIME ZONE 'UTC',
                 1, 2, CASE n %% 5000 WHEN 0 THEN 'rare' ELSE 'usual' END, 'x'
            FROM generate_series(1, 20000) n
          """
              .formatted(tenant));
      statement.execute("ANALYZE log_line");
      String plan = "";
      try (ResultSet rows = statement.executeQuery("EXPLAIN (ANALYZE) " + sql)) {
        while (rows.next()) {
          plan += rows.getString(1) + "\n";
        }
      }
      assertThat(plan).doesNotContainPattern("Rows Removed by Filter: \\d{3,}");
    }
  }
}
