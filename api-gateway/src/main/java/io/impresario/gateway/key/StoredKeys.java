package io.impresario.gateway.key;

import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The keys of tenants, for those who manage them; requests find theirs by {@link KeyStore}. */
@ApplicationScoped
public class StoredKeys implements PanacheRepositoryBase<StoredKey, UUID> {
  /** Newest first, without those that are revoked. */
  public Uni<List<StoredKey>> of(UUID tenantId) {
    return list("tenantId = ?1 and revokedAt is null order by createdAt desc, id desc", tenantId);
  }

  /** Whether a key with this hash was ever made, revoked ones included. */
  public Uni<Boolean> exists(byte[] hash) {
    return count("hash", hash).map(found -> found > 0);
  }

  /** The hash of the key that was revoked; empty when the tenant has no such live key. */
  public Uni<Optional<byte[]>> revoke(UUID id, UUID tenantId, Instant now) {
    return find("id = ?1 and tenantId = ?2 and revokedAt is null", id, tenantId)
        .withLock(LockModeType.PESSIMISTIC_WRITE)
        .firstResult()
        .map(Optional::ofNullable)
        .map(
            found ->
                found.map(
                    key -> {
                      key.revoke(now);
                      return key.hash();
                    }));
  }
}
