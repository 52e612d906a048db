package io.impresario.events.spec;

import org.jspecify.annotations.Nullable;

/**
 * Where the end of a job is reported, instead of the tenant's endpoints.
 *
 * @param secretSealed the secret that signs the callback, sealed under the id of what it belongs to
 *     by {@code io.impresario.sealing.KeyRing}; null only in a stored document, whose row keeps it
 *     in a column of its own
 */
public record CallbackTarget(String url, @Nullable String secretSealed) {}
