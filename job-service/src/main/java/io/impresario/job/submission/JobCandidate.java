package io.impresario.job.submission;

import io.impresario.events.JobSource;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An order with its place in the world, before it is known whether it can become a job.
 *
 * @param secretSealed the callback's secret, sealed under this job's id
 */
record JobCandidate(
    UUID id,
    UUID tenantId,
    JobOrder order,
    @Nullable String secretSealed,
    JobSource source,
    @Nullable UUID scheduleId,
    @Nullable Instant nominalAt,
    @Nullable String nonce,
    @Nullable String traceparent) {

  WorkflowKey workflowKey() {
    return new WorkflowKey(tenantId, order.workflow());
  }

  /** A tenant's workflow by its name. */
  record WorkflowKey(UUID tenantId, String workflow) {}
}
