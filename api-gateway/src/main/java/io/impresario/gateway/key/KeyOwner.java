package io.impresario.gateway.key;

import io.impresario.rpc.Caller;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whom a live key speaks for.
 *
 * @param limit null when the configured one holds
 */
public record KeyOwner(
    UUID keyId,
    UUID tenantId,
    Set<String> scopes,
    @Nullable Instant expiresAt,
    @Nullable KeyLimit limit) {

  public boolean isExpiredAt(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }

  public Caller caller() {
    return new Caller(tenantId, keyId, scopes);
  }
}
