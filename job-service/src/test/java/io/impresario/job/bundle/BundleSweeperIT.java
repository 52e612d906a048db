package io.impresario.job.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobTable;
import io.impresario.testing.Eventually;
import io.impresario.testing.InjectServers;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
@SuppressWarnings("NullAway.Init")
class BundleSweeperIT {
  @InjectServers TestServers servers;
  @Inject BundleSweeper sweeper;

  private final UUID tenant = UUID.randomUUID();

  @Test
  void removesWhatNothingNeedsAfterTheGraceTime() throws SQLException {
    UUID old = deployment();
    sweep();
    assertThat(chunks(old)).isEqualTo(1);
    age(old);
    sweep();
    assertThat(chunks(old)).isZero();
    assertThat(query("SELECT count(*) FROM deployment WHERE removed_at IS NOT NULL AND id = ", old))
        .isEqualTo(1);
  }

  @Test
  void keepsWhatServesAWorkflow() throws SQLException {
    UUID serving = deployment();
    execute(
        "INSERT INTO workflow (id, tenant_id, name, deployment_id, deployed_at, version,"
            + " latest_version) VALUES (gen_random_uuid(), '%s', 'w', '%s', now(), 1, 1)"
                .formatted(tenant, serving));
    age(serving);
    sweep();
    sweep();
    assertThat(chunks(serving)).isEqualTo(1);
  }

  @Test
  void keepsWhatAQueuedJobWillRun() throws SQLException {
    UUID needed = deployment();
    execute(
        """
        INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
          source, params, spec, credential_names)
        VALUES ('%1$s', '%2$s', 'w', gen_random_uuid(), '%1$s', 1, 'api', '{}', '%3$s', '{}')
        """
            .formatted(needed, tenant, JobTable.SPEC));
    age(needed);
    sweep();
    sweep();
    assertThat(chunks(needed)).isEqualTo(1);
    execute("DELETE FROM jobs WHERE id = '" + needed + "'");
  }

  private UUID deployment() throws SQLException {
    UUID id = UUID.randomUUID();
    execute(
        """
        INSERT INTO deployment (id, tenant_id, status, entry_point, auto_repair, built_at,
          bundle_entry) VALUES ('%1$s', '%2$s', 'ready', 'index.ts', false, now(), 'index.js');
        INSERT INTO archive_chunk VALUES ('%1$s', 'bundle', 0, 'x')
        """
            .formatted(id, tenant));
    return id;
  }

  private void age(UUID deployment) throws SQLException {
    execute(
        "UPDATE deployment SET unneeded_since = now() - interval '2 hours' WHERE id = '"
            + deployment
            + "'");
  }

  private void sweep() {
    sweeper.sweep().await().atMost(Eventually.LIMIT);
  }

  private long chunks(UUID deployment) throws SQLException {
    return query("SELECT count(*) FROM archive_chunk WHERE deployment_id = ", deployment);
  }

  private long query(String select, UUID id) throws SQLException {
    try (Connection connection = servers.connect("job");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(select + "'" + id + "'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  private void execute(String statements) throws SQLException {
    try (Connection connection = servers.connect("job");
        Statement statement = connection.createStatement()) {
      statement.execute(statements);
    }
  }
}
