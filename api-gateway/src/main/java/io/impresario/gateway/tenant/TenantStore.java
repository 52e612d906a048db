package io.impresario.gateway.tenant;

import io.impresario.rpc.Cursor;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The table {@code tenants}. */
@ApplicationScoped
public class TenantStore {
  private static final String INSERT =
      "INSERT INTO tenants (id, name, created_at) VALUES ($1, $2, $3)";
  private static final String FIND =
      "SELECT id, name, created_at, suspended_at FROM tenants WHERE id = $1";
  private static final String FIND_OLDEST_NAMED =
      """
      SELECT id, name, created_at, suspended_at FROM tenants WHERE name = $1
      ORDER BY created_at, id LIMIT 1
      """;
  private static final String PAGE =
      """
      SELECT id, name, created_at, suspended_at FROM tenants
      WHERE $1::timestamptz IS NULL OR (created_at, id) < ($1, $2)
      ORDER BY created_at DESC, id DESC LIMIT $3
      """;
  private static final String SUSPEND =
      "UPDATE tenants SET suspended_at = coalesce(suspended_at, $2) WHERE id = $1";
  private static final String RESUME = "UPDATE tenants SET suspended_at = NULL WHERE id = $1";

  private final Pool pool;

  @Inject
  public TenantStore(Pool pool) {
    this.pool = pool;
  }

  public Uni<Void> insert(SqlClient client, Tenant tenant) {
    return client
        .preparedQuery(INSERT)
        .execute(Tuple.of(tenant.id(), tenant.name(), Values.utc(tenant.createdAt())))
        .replaceWithVoid();
  }

  public Uni<Optional<Tenant>> find(UUID id) {
    return pool.preparedQuery(FIND).execute(Tuple.of(id)).map(rows -> Rows.first(rows, TenantStore::of));
  }

  public Uni<Optional<Tenant>> findOldestNamed(SqlClient client, String name) {
    return client.preparedQuery(FIND_OLDEST_NAMED).execute(Tuple.of(name)).map(rows -> Rows.first(rows, TenantStore::of));
  }

  /** Newest first, from after the cursor. */
  public Uni<List<Tenant>> page(@Nullable Cursor after, int limit) {
    Tuple arguments =
        Tuple.tuple()
            .addOffsetDateTime(Values.utcOrNull(after == null ? null : after.time()))
            .addUUID(after == null ? null : after.id())
            .addInteger(limit);
    return pool.preparedQuery(PAGE)
        .execute(arguments)
        .map(rows -> Rows.all(rows, TenantStore::of));
  }

  /**
   * @return false when there is no such tenant
   */
  public Uni<Boolean> suspend(UUID id, Instant now) {
    return pool.preparedQuery(SUSPEND)
        .execute(Tuple.of(id, Values.utc(now)))
        .map(rows -> rows.rowCount() == 1);
  }

  /**
   * @return false when there is no such tenant
   */
  public Uni<Boolean> resume(UUID id) {
    return pool.preparedQuery(RESUME).execute(Tuple.of(id)).map(rows -> rows.rowCount() == 1);
  }

  private static Tenant of(Row row) {
    return new Tenant(
        row.getUUID("id"),
        row.getString("name"),
        Rows.instant(row, "created_at"),
        Rows.instantOrNull(row, "suspended_at"));
  }
}
