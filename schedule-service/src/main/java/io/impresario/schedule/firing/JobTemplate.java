package io.impresario.schedule.firing;

import io.impresario.events.Viewport;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What every job of a schedule has in common; texts as they are stored. */
record JobTemplate(
    UUID scheduleId,
    UUID tenantId,
    String workflow,
    String params,
    int timeoutSeconds,
    @Nullable String residentialProxy,
    boolean disableDefaultProxy,
    @Nullable Boolean headless,
    @Nullable String startUrl,
    @Nullable Boolean gpu,
    @Nullable Viewport viewport,
    @Nullable String callbackUrl,
    @Nullable String callbackSecretSealed,
    boolean skipCallbacks) {}
