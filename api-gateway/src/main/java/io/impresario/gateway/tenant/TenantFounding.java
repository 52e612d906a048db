package io.impresario.gateway.tenant;

import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.key.KeyStore;
import io.impresario.gateway.key.Scope;
import io.impresario.gateway.key.StoredKey;
import io.impresario.rpc.Ids;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;

/** Makes tenants, each with a first key that has every scope. */
@ApplicationScoped
public class TenantFounding {
  /** Held while the first tenant is made, so that replicas that start together make one. */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(20260731, 1)";

  private static final String FIRST_KEY_NAME = "first key";

  private final Pool pool;
  private final TenantStore tenants;
  private final KeyStore keys;
  private final Clock clock;

  @Inject
  public TenantFounding(Pool pool, TenantStore tenants, KeyStore keys, Clock clock) {
    this.pool = pool;
    this.tenants = tenants;
    this.keys = keys;
    this.clock = clock;
  }

  public Uni<Tenant> found(String name, ApiKey firstKey) {
    return pool.withTransaction(tx -> insert(tx, name, firstKey));
  }

  /**
   * Makes the configured first key, and its tenant when no tenant has that name. A key that exists
   * already stays as it is, a revoked one too.
   */
  public Uni<Void> ensure(String name, ApiKey firstKey) {
    return pool.withTransaction(
        tx ->
            tx.query(LOCK)
                .execute()
                .chain(() -> keys.exists(tx, firstKey.hash()))
                .chain(
                    exists ->
                        exists ? Uni.createFrom().voidItem() : ensureMissing(tx, name, firstKey)));
  }

  private Uni<Void> ensureMissing(SqlConnection tx, String name, ApiKey firstKey) {
    return tenants
        .findOldestNamed(tx, name)
        .chain(
            found ->
                found
                    .map(tenant -> insertKey(tx, tenant.id(), firstKey, now()))
                    .orElseGet(() -> insert(tx, name, firstKey).replaceWithVoid()));
  }

  private Uni<Tenant> insert(SqlConnection tx, String name, ApiKey firstKey) {
    Tenant tenant = new Tenant(Ids.next(clock), name, now(), null);
    return tenants
        .insert(tx, tenant)
        .chain(() -> insertKey(tx, tenant.id(), firstKey, tenant.createdAt()))
        .replaceWith(tenant);
  }

  private Uni<Void> insertKey(SqlConnection tx, UUID tenantId, ApiKey key, Instant now) {
    StoredKey row =
        new StoredKey(
            Ids.next(clock),
            tenantId,
            FIRST_KEY_NAME,
            key.start(),
            Scope.ALL,
            now,
            null,
            null,
            null);
    return keys.insert(tx, row, key.hash()).replaceWithVoid();
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
