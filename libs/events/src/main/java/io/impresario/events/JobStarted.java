package io.impresario.events;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The workflow's handler began; sent at most once for a job. */
public record JobStarted(
    UUID jobId,
    UUID tenantId,
    String workflow,
    UUID deploymentId,
    int deploymentVersion,
    @Nullable UUID scheduleId,
    int attempt,
    Instant startedAt) {}
