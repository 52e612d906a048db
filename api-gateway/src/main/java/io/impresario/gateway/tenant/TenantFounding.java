package io.impresario.gateway.tenant;

import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.key.Scope;
import io.impresario.gateway.key.StoredKey;
import io.impresario.gateway.key.StoredKeys;
import io.impresario.rpc.Ids;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Creates tenants, each with a first key that has every scope. */
@ApplicationScoped
public class TenantFounding {
  /** Held while the first tenant is created, so that replicas that start together create one. */
  private static final String LOCK = "SELECT 1 FROM pg_advisory_xact_lock(20260731, 1)";

  private static final String FIRST_KEY_NAME = "first key";

  private final Tenants tenants;
  private final StoredKeys keys;
  private final Clock clock;

  public TenantFounding(Tenants tenants, StoredKeys keys, Clock clock) {
    this.tenants = tenants;
    this.keys = keys;
    this.clock = clock;
  }

  public Uni<Tenant> found(String name, ApiKey firstKey) {
    return Panache.withTransaction(() -> persist(name, firstKey));
  }

  /**
   * Creates the configured first key, and its tenant when no tenant has that name. A key that
   * exists already stays as it is, a revoked one too.
   */
  public Uni<Void> ensure(String name, ApiKey firstKey) {
    return Panache.withTransaction(
        () ->
            Panache.getSession()
                .chain(session -> session.createNativeQuery(LOCK).getSingleResult())
                .chain(() -> keys.exists(firstKey.hash()))
                .chain(
                    exists ->
                        exists ? Uni.createFrom().voidItem() : createMissing(name, firstKey)));
  }

  private Uni<Void> createMissing(String name, ApiKey firstKey) {
    return tenants
        .findOldestNamed(name)
        .chain(
            found ->
                found == null
                    ? persist(name, firstKey).replaceWithVoid()
                    : persistKey(found.id(), firstKey, now()));
  }

  private Uni<Tenant> persist(String name, ApiKey firstKey) {
    Tenant tenant = new Tenant(Ids.next(clock), name, now());
    return tenants
        .persistAndFlush(tenant)
        .chain(() -> persistKey(tenant.id(), firstKey, tenant.createdAt()))
        .replaceWith(tenant);
  }

  private Uni<Void> persistKey(UUID tenantId, ApiKey key, Instant now) {
    StoredKey.Grant everything = new StoredKey.Grant(Scope.ALL, null, null);
    StoredKey stored =
        new StoredKey(Ids.next(clock), tenantId, FIRST_KEY_NAME, key, everything, now);
    return keys.persist(stored).replaceWithVoid();
  }

  /** As exact as PostgreSQL keeps it, so that an answer equals what is read later. */
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
