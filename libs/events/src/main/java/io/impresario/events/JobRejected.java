package io.impresario.events;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A requested job could not be made, and never will be under this id. {@code reason} is a stable
 * slug: {@code workflow_not_found}, {@code proxy_unavailable}, {@code queue_full} or {@code
 * invalid}.
 */
public record JobRejected(
    UUID jobId,
    UUID tenantId,
    String workflow,
    @Nullable UUID scheduleId,
    @Nullable Instant nominalAt,
    String reason,
    String message,
    Instant rejectedAt) {}
