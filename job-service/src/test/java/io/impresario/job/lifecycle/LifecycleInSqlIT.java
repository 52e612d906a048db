package io.impresario.job.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobTable;
import io.impresario.testing.ServersResource;
import io.impresario.testing.TestServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The database itself takes exactly the moves of the code, whoever writes them. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class LifecycleInSqlIT {
  private static final String CHECK_VIOLATION = "23514";

  /** A row as it stands in a state: what the constraints tie to the state, and nothing else. */
  private static final String INSERT =
      """
      INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
        source, params, spec, credential_names, status, attempt, owner, lease_expires_at, claimed_at, started_at,
        completed_at, failure_code, error, result)
      SELECT ?::uuid, id, 'any', id, id, 1, 'api', '{}', '%s', '{}', state,
             CASE state WHEN 'queued' THEN 0 ELSE 1 END,
             CASE WHEN active THEN id END, CASE WHEN active THEN now() + interval '1 hour' END,
             CASE state WHEN 'queued' THEN NULL ELSE now() END,
             CASE WHEN state IN ('queued', 'starting_browser') THEN NULL ELSE now() END,
             CASE WHEN ended THEN now() END,
             CASE state WHEN 'failed' THEN 'user_error' END, CASE state WHEN 'failed' THEN 'x' END,
             CASE state WHEN 'completed' THEN '1' END
        FROM (SELECT gen_random_uuid() AS id, state,
                     state IN ('starting_browser', 'running') AS active,
                     state IN ('completed', 'failed', 'cancelled') AS ended
                FROM (VALUES (?)) states (state)) one
      """
          .formatted(JobTable.SPEC);

  private static final String MOVE =
      """
      WITH job AS (
        UPDATE jobs
           SET status = aim, failure_code = code, error = CASE WHEN code IS NULL THEN NULL ELSE 'x' END,
               result = CASE aim WHEN 'completed' THEN '1' END,
               attempt = CASE aim WHEN 'starting_browser' THEN attempt + 1 ELSE attempt END,
               owner = CASE WHEN aim IN ('starting_browser', 'running') THEN tenant_id END,
               lease_expires_at = CASE WHEN aim IN ('starting_browser', 'running') THEN now() END,
               claimed_at = CASE aim WHEN 'queued' THEN NULL WHEN 'starting_browser' THEN now() ELSE claimed_at END,
               started_at = CASE aim WHEN 'running' THEN now() ELSE started_at END,
               completed_at = CASE WHEN aim IN ('completed', 'failed', 'cancelled') THEN now() END
          FROM (VALUES (?::text, ?::text)) move (aim, code)
         WHERE id = ?::uuid
        RETURNING id, attempt
      )
      INSERT INTO job_timeline (job_id, seq, event, attempt, from_status, to_status)
      SELECT id, 2, CASE ? WHEN 'starting_browser' THEN 'claimed' WHEN 'running'
             THEN 'handler_started' WHEN 'queued' THEN 'given_back' ELSE 'ended' END, attempt, ?, ? FROM job
      """;

  private static final String PHASE =
      "SELECT active, completed_at IS NOT NULL AS ended FROM jobs WHERE id = ?::uuid";

  @Test
  void takesExactlyTheMovesOfTheCode() throws SQLException {
    Set<String> taken = new TreeSet<>();
    for (JobStatus from : JobStatus.values()) {
      for (JobStatus to : JobStatus.values()) {
        for (String code : to == JobStatus.FAILED ? codes() : new String[] {null}) {
          if (from != to && takes(from, to, code)) {
            taken.add(text(from, to, code));
          }
        }
      }
    }
    Set<String> coded =
        JobLifecycle.allMoves()
            .flatMap(
                move ->
                    move.failures().isEmpty()
                        ? Stream.of(text(move.from(), move.to(), null))
                        : move.failures().stream()
                            .map(code -> text(move.from(), move.to(), code.text())))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(taken).isEqualTo(coded);
  }

  @Test
  void callsTheSameStatusesActiveAndEnded() throws SQLException {
    for (JobStatus status : JobStatus.values()) {
      String job = UUID.randomUUID().toString();
      try (Connection connection = TestServers.get().connect("job")) {
        connection.setAutoCommit(false);
        run(connection, INSERT, job, status.text());
        try (PreparedStatement query = connection.prepareStatement(PHASE)) {
          query.setString(1, job);
          ResultSet row = query.executeQuery();
          assertThat(row.next()).isTrue();
          assertThat(row.getBoolean("active")).as(status.text()).isEqualTo(status.active());
          assertThat(row.getBoolean("ended")).as(status.text()).isEqualTo(status.ended());
        } finally {
          connection.rollback();
        }
      }
    }
  }

  private static String[] codes() {
    return Arrays.stream(FailureCode.values()).map(FailureCode::text).toArray(String[]::new);
  }

  private static String text(JobStatus from, JobStatus to, @Nullable String code) {
    return from + ">" + to + ":" + code;
  }

  private static boolean takes(JobStatus from, JobStatus to, @Nullable String code)
      throws SQLException {
    UUID job = UUID.randomUUID();
    try (Connection connection = TestServers.get().connect("job")) {
      connection.setAutoCommit(false);
      run(connection, INSERT, job.toString(), from.text());
      try {
        run(connection, MOVE, to.text(), code, job.toString(), to.text(), from.text(), to.text());
        return true;
      } catch (SQLException e) {
        assertThat(e.getSQLState()).as(text(from, to, code)).isEqualTo(CHECK_VIOLATION);
        return false;
      } finally {
        connection.rollback();
      }
    }
  }

  private static void run(Connection connection, String sql, @Nullable String... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setString(i + 1, values[i]);
      }
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }
}
