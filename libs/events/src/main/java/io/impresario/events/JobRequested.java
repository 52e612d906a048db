package io.impresario.events;

import io.impresario.events.spec.JobSpec;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a job to run. For jobs made over HTTP the row exists already and the event only
 * tells subscribers; for schedules this event is what makes the job. The callback's secret is
 * sealed under the job's id.
 */
public record JobRequested(
    UUID jobId,
    UUID tenantId,
    String workflow,
    JsonText params,
    JobSpec spec,
    JobSource source,
    @Nullable UUID scheduleId,
    @Nullable Instant nominalAt,
    @Nullable String nonce,
    Instant requestedAt) {}
