package io.impresario.job.ledger;

import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.SpecDocument;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
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
        row.getOffsetDateTime("created_at").toInstant(),
        instant(row, "claimed_at"),
        instant(row, "started_at"),
        row.getOffsetDateTime("completed_at").toInstant(),
        row.getUUID("schedule_id"),
        instant(row, "nominal_at"),
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

  private static @Nullable Instant instant(Row row, String column) {
    OffsetDateTime time = row.getOffsetDateTime(column);
    return time == null ? null : time.toInstant();
  }
}
