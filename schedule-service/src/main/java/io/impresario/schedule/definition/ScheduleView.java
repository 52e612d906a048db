package io.impresario.schedule.definition;

import io.impresario.events.JsonText;
import io.impresario.events.spec.ProxyLocation;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A schedule as clients see it: exactly the fields of docs/api/openapi.yaml, never the callback
 * secret.
 */
record ScheduleView(
    UUID id,
    String workflow,
    JsonText params,
    String cronExpr,
    String timezone,
    int timeoutSeconds,
    @Nullable ProxyLocation residentialProxy,
    boolean disableDefaultProxy,
    @Nullable String callbackUrl,
    boolean skipCallbacks,
    boolean enabled,
    @Nullable Instant nextFireAt,
    @Nullable Instant lastFireAt,
    @Nullable UUID lastJobId,
    @Nullable String lastError,
    int consecutiveFailures,
    Instant createdAt,
    Instant updatedAt) {}
