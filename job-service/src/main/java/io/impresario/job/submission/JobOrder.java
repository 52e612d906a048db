package io.impresario.job.submission;

import io.impresario.events.ResidentialProxy;
import io.impresario.events.Viewport;
import io.impresario.sealing.Secret;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks for, read and checked field by field.
 *
 * @param params a JSON object as text
 * @param headless null means what the workflow declares, as for the fields after it
 */
record JobOrder(
    String workflow,
    String params,
    int timeoutSeconds,
    @Nullable Integer queueTtlSeconds,
    @Nullable String callbackUrl,
    @Nullable Secret callbackSecret,
    boolean skipCallbacks,
    @Nullable ResidentialProxy residentialProxy,
    @Nullable Boolean disableDefaultProxy,
    @Nullable Boolean headless,
    @Nullable String startUrl,
    @Nullable Boolean gpu,
    @Nullable Viewport viewport) {}
