package io.impresario.gateway.profile;

import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code browser_profiles}. */
@ApplicationScoped
class BrowserProfileStore {
  private static final String ENSURE =
      """
      INSERT INTO browser_profiles (id, tenant_id, name, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $4)
      ON CONFLICT (tenant_id, name) DO UPDATE SET updated_at = excluded.updated_at
      RETURNING id, name, created_at, updated_at
      """;
  private static final String LIST =
      """
      SELECT id, name, created_at, updated_at FROM browser_profiles
      WHERE tenant_id = $1 ORDER BY name
      """;
  private static final String DELETE =
      "DELETE FROM browser_profiles WHERE tenant_id = $1 AND (id = $2 OR name = $3)";

  private final Pool pool;

  @Inject
  BrowserProfileStore(Pool pool) {
    this.pool = pool;
  }

  Uni<BrowserProfile> ensure(UUID newId, UUID tenantId, String name, Instant now) {
    return pool.preparedQuery(ENSURE)
        .execute(Tuple.of(newId, tenantId, name, Values.utc(now)))
        .map(rows -> of(rows.iterator().next()));
  }

  Uni<List<BrowserProfile>> list(UUID tenantId) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(tenantId))
        .map(rows -> Rows.all(rows, BrowserProfileStore::of));
  }

  /**
   * @return false when the tenant has no such profile
   */
  Uni<Boolean> delete(UUID tenantId, @Nullable UUID id, @Nullable String name) {
    return pool.preparedQuery(DELETE)
        .execute(Tuple.tuple().addUUID(tenantId).addUUID(id).addString(name))
        .map(rows -> rows.rowCount() > 0);
  }

  private static BrowserProfile of(Row row) {
    return new BrowserProfile(
        row.getUUID("id"),
        row.getString("name"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }
}
