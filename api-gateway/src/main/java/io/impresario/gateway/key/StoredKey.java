package io.impresario.gateway.key;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A key as the database knows it. */
public record StoredKey(
    UUID id,
    UUID tenantId,
    String name,
    String start,
    List<String> scopes,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable Instant lastUsedAt,
    @Nullable KeyLimit limit) {}
