package io.impresario.events;

import io.impresario.events.spec.CallbackTarget;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A job has ended: exactly one such event for every accepted job. {@code result} is whatever the
 * handler returned (at most 10 MiB), only when completed; {@code error}, {@code mappedStack} and
 * {@code failureCode} only when failed; {@code callback} only when the job asked for one.
 */
public record JobFinished(
    UUID jobId,
    UUID tenantId,
    String workflow,
    UUID deploymentId,
    int deploymentVersion,
    JobOutcome status,
    @Nullable String failureCode,
    @Nullable String error,
    @Nullable String mappedStack,
    @Nullable JsonText result,
    @Nullable String nonce,
    @Nullable UUID scheduleId,
    @Nullable Instant nominalAt,
    Instant createdAt,
    @Nullable Instant startedAt,
    Instant completedAt,
    boolean skipCallbacks,
    @Nullable CallbackTarget callback) {}
