package io.impresario.job.submission;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes new jobs, each with the first entry of its timeline. */
@ApplicationScoped
class JobStore {
  static final String INSERT =
      """
      WITH job AS (
        INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
          source, schedule_id, nominal_at, nonce, traceparent, params, timeout_seconds,
          queue_ttl_seconds, callback_url, callback_secret_sealed, skip_callbacks,
          residential_proxy, disable_default_proxy, headless, start_url, gpu, viewport_width,
          viewport_height, credential_names, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14::integer, $15, $16, $17,
          $18, $19, $20, $21, $22, $23, $24, $25,
          now() + make_interval(secs => $14::integer))
        ON CONFLICT (id) DO NOTHING
        RETURNING id, created_at
      ), noted AS (
        INSERT INTO job_timeline (job_id, seq, event, at, attempt, to_status)
        SELECT id, 1, 'queued', created_at, 0, 'queued' FROM job
      )
      SELECT id, created_at FROM job
      """;

  private static final String EXISTING = "SELECT id FROM jobs WHERE id = ANY ($1::uuid[])";

  /** The times at which they were made, by id; a job that was there already is not among them. */
  Uni<Map<UUID, Instant>> insert(SqlConnection tx, List<NewJob> jobs) {
    if (jobs.isEmpty()) {
      return Uni.createFrom().item(Map.of());
    }
    List<Tuple> rows = jobs.stream().map(NewJob::row).toList();
    return tx.preparedQuery(INSERT).executeBatch(rows).map(JobStore::createdAt);
  }

  Uni<Set<UUID>> existing(SqlConnection tx, List<UUID> ids) {
    return tx.preparedQuery(EXISTING)
        .execute(Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new)))
        .map(
            rows -> {
              Set<UUID> found = new HashSet<>();
              rows.forEach(row -> found.add(row.getUUID("id")));
              return found;
            });
  }

  private static Map<UUID, Instant> createdAt(RowSet<Row> first) {
    Map<UUID, Instant> times = new HashMap<>();
    @Nullable RowSet<Row> rows = first;
    while (rows != null) {
      rows.forEach(
          row -> times.put(row.getUUID("id"), row.getOffsetDateTime("created_at").toInstant()));
      rows = rows.next();
    }
    return times;
  }
}
