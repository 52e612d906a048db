package io.impresario.events;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Somebody wants a job to run. For jobs made over HTTP the row exists already and the event only
 * tells subscribers; for schedules this event is what makes the job. {@code callbackSecretSealed}
 * is sealed under the job's id by {@link io.impresario.sealing.KeyRing}.
 */
public record JobRequested(
    UUID jobId,
    UUID tenantId,
    String workflow,
    JsonText params,
    JobSource source,
    @Nullable UUID scheduleId,
    @Nullable Instant nominalAt,
    int timeoutSeconds,
    @Nullable String nonce,
    @Nullable String callbackUrl,
    @Nullable String callbackSecretSealed,
    boolean skipCallbacks,
    @Nullable ResidentialProxy residentialProxy,
    @Nullable Boolean disableDefaultProxy,
    @Nullable Boolean headless,
    @Nullable String startUrl,
    @Nullable Boolean gpu,
    @Nullable Viewport viewport,
    Instant requestedAt) {}
