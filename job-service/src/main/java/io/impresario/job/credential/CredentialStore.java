package io.impresario.job.credential;

import io.impresario.rpc.Ids;
import io.impresario.sealing.KeyRing;
import io.impresario.sealing.Secret;
import io.impresario.sql.Rows;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The credential rows. Every statement names the tenant. */
@ApplicationScoped
class CredentialStore {
  /** The second of two creates of one name waits for the first and then finds its row. */
  private static final String CREATE =
      """
      INSERT INTO credential (id, tenant_id, name, sealed) VALUES ($1, $2, $3, $4)
      ON CONFLICT (tenant_id, name) DO NOTHING RETURNING id
      """;

  /** xmax is 0 in a row that this statement inserted. */
  private static final String UPSERT =
      """
      INSERT INTO credential (id, tenant_id, name, sealed) VALUES ($1, $2, $3, $4)
      ON CONFLICT (tenant_id, name) DO UPDATE SET sealed = EXCLUDED.sealed, updated_at = now()
      RETURNING id, xmax <> 0 AS overwritten
      """;

  private static final String LIST =
      """
      SELECT id, name, created_at, updated_at FROM credential WHERE tenant_id = $1 ORDER BY name
      """;

  private static final String GET =
      "SELECT id, sealed FROM credential WHERE tenant_id = $1 AND name = $2";

  private static final String GET_MANY =
      "SELECT name, sealed FROM credential WHERE tenant_id = $1 AND name = ANY($2)";

  /** The two kinds of unfinished jobs apart, as each has an index of its own. */
  private static final String USED =
      """
      (EXISTS (SELECT FROM jobs j WHERE j.tenant_id = $1 AND j.status = 'queued'
         AND %1$s = ANY(j.credential_names))
       OR EXISTS (SELECT FROM jobs j WHERE j.tenant_id = $1 AND j.active
         AND %1$s = ANY(j.credential_names)))
      """;

  private static final String LOCK =
      "SELECT name, sealed FROM credential WHERE tenant_id = $1 AND id = $2 FOR UPDATE";

  private static final String IS_USED = "SELECT %s AS used".formatted(USED.formatted("$2"));

  private static final String UPDATE =
      """
      UPDATE credential SET name = $3, sealed = $4, updated_at = now()
      WHERE tenant_id = $1 AND id = $2
      """;

  private static final String DELETE_UNLESS_IN_USE =
      """
      WITH target AS (
        SELECT id, name FROM credential WHERE tenant_id = $1 AND id = $2 FOR UPDATE
      ), gone AS (
        DELETE FROM credential c USING target t WHERE c.id = t.id
          AND NOT %s
        RETURNING c.id
      )
      SELECT EXISTS (SELECT FROM target) AS known, EXISTS (SELECT FROM gone) AS deleted
      """
          .formatted(USED.formatted("t.name"));

  private final Pool pool;
  private final KeyRing keys;
  private final Clock clock;

  CredentialStore(Pool pool, KeyRing keys, Clock clock) {
    this.pool = pool;
    this.keys = keys;
    this.clock = clock;
  }

  /** What an upsert did. */
  record Upserted(UUID id, boolean overwritten) {}

  /** A credential as lists show it. */
  record Listed(UUID id, String name, Instant createdAt, Instant updatedAt) {}

  /** A credential with its value. */
  record Opened(UUID id, Secret value) {}

  /** What came of an update. */
  enum Update {
    DONE,
    UNKNOWN,
    NAME_TAKEN,
    IN_USE
  }

  /** What came of a delete. */
  enum Deletion {
    DONE,
    UNKNOWN,
    IN_USE
  }

  /** Empty when the name is taken. */
  Uni<Optional<UUID>> create(UUID tenant, String name, Secret value) {
    return pool.preparedQuery(CREATE)
        .execute(newRow(tenant, name, value))
        .map(rows -> rows.size() == 0 ? Optional.empty() : Optional.of(first(rows).getUUID("id")));
  }

  Uni<Upserted> upsert(UUID tenant, String name, Secret value) {
    return pool.preparedQuery(UPSERT)
        .execute(newRow(tenant, name, value))
        .map(CredentialStore::first)
        .map(row -> new Upserted(row.getUUID("id"), row.getBoolean("overwritten")));
  }

  Uni<List<Listed>> list(UUID tenant) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(tenant))
        .map(rows -> Rows.all(rows, CredentialStore::listed));
  }

  Uni<Optional<Opened>> find(UUID tenant, String name) {
    return pool.preparedQuery(GET)
        .execute(Tuple.of(tenant, name))
        .map(
            rows -> {
              if (rows.size() == 0) {
                return Optional.empty();
              }
              Row row = first(rows);
              return Optional.of(new Opened(row.getUUID("id"), open(tenant, name, row)));
            });
  }

  /** Those of the names that are there. */
  Uni<Map<String, Secret>> findAll(UUID tenant, List<String> names) {
    return pool.preparedQuery(GET_MANY)
        .execute(Tuple.of(tenant, names.toArray(String[]::new)))
        .map(
            rows -> {
              Map<String, Secret> found = new HashMap<>();
              rows.forEach(
                  row -> {
                    String name = row.getString("name");
                    found.put(name, open(tenant, name, row));
                  });
              return found;
            });
  }

  /** Null keeps what is there. A new name seals the value anew, as it is bound to its name. */
  Uni<Update> update(UUID tenant, UUID id, @Nullable String name, @Nullable Secret value) {
    return pool.withTransaction(
            tx ->
                tx.preparedQuery(LOCK)
                    .execute(Tuple.of(tenant, id))
                    .flatMap(rows -> update(tx, tenant, id, rows, name, value)))
        .onFailure(SqlFault::isUniqueViolation)
        .recoverWithItem(Update.NAME_TAKEN);
  }

  private Uni<Update> update(
      SqlConnection tx,
      UUID tenant,
      UUID id,
      RowSet<Row> rows,
      @Nullable String name,
      @Nullable Secret value) {
    if (rows.size() == 0) {
      return Uni.createFrom().item(Update.UNKNOWN);
    }
    Row row = first(rows);
    String oldName = row.getString("name");
    String newName = name == null ? oldName : name;
    Secret newValue = value == null ? open(tenant, oldName, row) : value;
    Tuple changed = Tuple.of(tenant, id, newName, seal(tenant, newName, newValue));
    return isUsed(tx, tenant, oldName, newName)
        .flatMap(
            used ->
                used
                    ? Uni.createFrom().item(Update.IN_USE)
                    : tx.preparedQuery(UPDATE).execute(changed).replaceWith(Update.DONE));
  }

  /** Whether an unfinished job would look for the old name in vain. */
  private static Uni<Boolean> isUsed(
      SqlConnection tx, UUID tenant, String oldName, String newName) {
    return newName.equals(oldName)
        ? Uni.createFrom().item(false)
        : tx.preparedQuery(IS_USED)
            .execute(Tuple.of(tenant, oldName))
            .map(rows -> first(rows).getBoolean("used"));
  }

  Uni<Deletion> delete(UUID tenant, UUID id) {
    return pool.preparedQuery(DELETE_UNLESS_IN_USE)
        .execute(Tuple.of(tenant, id))
        .map(CredentialStore::first)
        .map(
            row -> {
              if (row.getBoolean("deleted")) {
                return Deletion.DONE;
              }
              return row.getBoolean("known") ? Deletion.IN_USE : Deletion.UNKNOWN;
            });
  }

  static String context(UUID tenant, String name) {
    return "credential:" + tenant + ":" + name;
  }

  private Tuple newRow(UUID tenant, String name, Secret value) {
    return Tuple.of(Ids.next(clock), tenant, name, seal(tenant, name, value));
  }

  private String seal(UUID tenant, String name, Secret value) {
    return keys.seal(value.value(), context(tenant, name));
  }

  private Secret open(UUID tenant, String name, Row row) {
    return new Secret(keys.open(row.getString("sealed"), context(tenant, name)));
  }

  private static Listed listed(Row row) {
    return new Listed(
        row.getUUID("id"),
        row.getString("name"),
        Rows.instant(row, "created_at"),
        Rows.instant(row, "updated_at"));
  }

  private static Row first(RowSet<Row> rows) {
    return rows.iterator().next();
  }
}
