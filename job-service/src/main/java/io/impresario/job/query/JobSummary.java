package io.impresario.job.query;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.impresario.rpc.Cursor;
import io.impresario.sql.Rows;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A job in a list. */
record JobSummary(
    UUID jobId,
    UUID deploymentId,
    UUID workflowId,
    String workflow,
    String status,
    Instant createdAt,
    @Nullable Instant completedAt) {

  static JobSummary of(Row row) {
    return new JobSummary(
        row.getUUID("id"),
        row.getUUID("deployment_id"),
        row.getUUID("workflow_id"),
        row.getString("workflow"),
        row.getString("status"),
        Rows.instant(row, "created_at"),
        Rows.instantOrNull(row, "completed_at"));
  }

  /** Where a page that ends with this job goes on. */
  @JsonIgnore
  String cursor() {
    return Cursor.encode(createdAt, jobId);
  }
}
