package io.impresario.job.query;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.impresario.events.JsonText;
import io.impresario.sql.Rows;
import io.vertx.mutiny.sqlclient.Row;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What {@code jobs/get} answers. The key {@code result} is absent before completion. */
record JobDetails(
    UUID jobId,
    UUID deploymentId,
    int deploymentVersion,
    UUID workflowId,
    String workflow,
    JsonText params,
    String status,
    Instant createdAt,
    @Nullable Instant startedAt,
    @Nullable Instant completedAt,
    @Nullable String error,
    @Nullable String mappedStack,
    @Nullable String failureCode,
    @Nullable UUID scheduleId,
    List<JsonText> callbacks,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable JsonText result) {

  static JobDetails of(Row row) {
    String result = row.getString("result");
    return new JobDetails(
        row.getUUID("id"),
        row.getUUID("deployment_id"),
        row.getInteger("deployment_version"),
        row.getUUID("workflow_id"),
        row.getString("workflow"),
        new JsonText(row.getString("params")),
        row.getString("status"),
        Rows.instant(row, "created_at"),
        Rows.instantOrNull(row, "started_at"),
        Rows.instantOrNull(row, "completed_at"),
        row.getString("error"),
        row.getString("mapped_stack"),
        row.getString("failure_code"),
        row.getUUID("schedule_id"),
        List.of(),
        result == null ? null : new JsonText(result));
  }

  boolean ended() {
    return completedAt != null;
  }

  JobDetails with(List<JsonText> deliveries) {
    return new JobDetails(
        jobId,
        deploymentId,
        deploymentVersion,
        workflowId,
        workflow,
        params,
        status,
        createdAt,
        startedAt,
        completedAt,
        error,
        mappedStack,
        failureCode,
        scheduleId,
        deliveries,
        result);
  }
}
