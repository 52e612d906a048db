package io.impresario.job.ledger;

import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.SpecDocument;
import io.impresario.sql.Rows;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What the end of a job needs of its row, for the event, the log line and the metrics. */
record EndedRow(
    UUID id,
    UUID tenantId,
    String workflow,
    UUID deploymentId,
    int deploymentVersion,
    int attempt,
    Instant createdAt,
    @Nullable Instant claimedAt,
    @Nullable Instant startedAt,
    Instant completedAt,
    @Nullable UUID scheduleId,
    @Nullable Instant nominalAt,
    @Nullable String nonce,
    JobSpec spec,
    @Nullable String traceparent) {

  static EndedRow of(Row row) {
    return new EndedRow(
        row.getUUID("id"),
        row.getUUID("tenant_id"),
        row.getString("workflow"),
        row.getUUID("deployment_id"),
        row.getInteger("deployment_version"),
        row.getInteger("attempt"),
        Rows.instant(row, "created_at"),
        Rows.instantOrNull(row, "claimed_at"),
        Rows.instantOrNull(row, "started_at"),
        Rows.instant(row, "completed_at"),
        row.getUUID("schedule_id"),
        Rows.instantOrNull(row, "nominal_at"),
        row.getString("nonce"),
        SpecDocument.read(row.getString("spec"), row.getString("callback_secret_sealed")),
        row.getString("traceparent"));
  }

  Duration waited() {
    return Duration.between(createdAt, claimedAt == null ? completedAt : claimedAt);
  }

  Duration ran() {
    return startedAt == null ? Duration.ZERO : Duration.between(startedAt, completedAt);
  }
}
