package io.impresario.gateway.audit;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One call that changed something or read a secret.
 *
 * @param actor {@code key} or {@code operator}
 * @param tenantId null for the operator
 * @param keyId null for the operator
 * @param procedure such as {@code jobs/create}
 * @param subject what the input named (an id, a name), null when it named nothing
 * @param status the HTTP status that was answered
 */
public record AuditEntry(
    UUID id,
    Instant at,
    String actor,
    @Nullable UUID tenantId,
    @Nullable UUID keyId,
    String procedure,
    @Nullable String subject,
    int status,
    String requestId) {}
