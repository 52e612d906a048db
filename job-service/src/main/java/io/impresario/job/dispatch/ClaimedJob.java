package io.impresario.job.dispatch;

import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.SpecDocument;
import io.vertx.mutiny.sqlclient.Row;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The row of a job that this instance has just claimed, with all that its run needs to know. */
record ClaimedJob(
    UUID id,
    UUID tenantId,
    String workflow,
    UUID deploymentId,
    int attempt,
    String params,
    JobSpec spec,
    List<String> credentialNames,
    @Nullable String traceparent) {

  static ClaimedJob of(Row row) {
    return new ClaimedJob(
        row.getUUID("id"),
        row.getUUID("tenant_id"),
        row.getString("workflow"),
        row.getUUID("deployment_id"),
        row.getInteger("attempt"),
        row.getString("params"),
        SpecDocument.read(row.getString("spec"), null),
        List.of(row.getArrayOfStrings("credential_names")),
        row.getString("traceparent"));
  }
}
