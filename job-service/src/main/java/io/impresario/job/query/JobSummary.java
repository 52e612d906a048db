package io.impresario.job.query;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.impresario.rpc.Cursor;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job in a list. */
record JobSummary(
    UUID job_id,
    UUID deployment_id,
    UUID workflow_id,
    String workflow,
    String status,
    Instant created_at,
    @Nullable Instant completed_at) {

  static JobSummary of(Row row) {
    OffsetDateTime completed = row.getOffsetDateTime("completed_at");
    return new JobSummary(
        row.getUUID("id"),
        row.getUUID("deployment_id"),
        row.getUUID("workflow_id"),
        row.getString("workflow"),
        row.getString("status"),
        row.getOffsetDateTime("created_at").toInstant(),
        completed == null ? null : completed.toInstant());
  }

  /** Where a page that ends with this job goes on. */
  @JsonIgnore
  String cursor() {
    return Cursor.encode(created_at, job_id);
  }
}
