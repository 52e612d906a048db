package io.impresario.gateway.key;

import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The table {@code api_keys}. */
@ApplicationScoped
public class KeyStore {
  private static final String FIND_LIVE =
      """
      SELECT k.id, k.tenant_id, k.scopes, k.expires_at, k.requests_per_second, k.burst
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
      WHERE k.hash = $1 AND k.revoked_at IS NULL AND t.suspended_at IS NULL
      """;
  private static final String INSERT =
      """
      INSERT INTO api_keys (id, tenant_id, name, hash, start, scopes, created_at, expires_at,
        requests_per_second, burst)
      SELECT $1, id, $3, $4, $5, $6, $7, $8, $9, $10 FROM tenants WHERE id = $2
      """;
  private static final String EXISTS = "SELECT 1 FROM api_keys WHERE hash = $1";
  private static final String LIST =
      """
      SELECT id, tenant_id, name, start, scopes, created_at, expires_at, last_used_at,
        requests_per_second, burst
      FROM api_keys WHERE tenant_id = $1 AND revoked_at IS NULL
      ORDER BY created_at DESC, id DESC
      """;
  private static final String LIMIT =
      "SELECT requests_per_second, burst FROM api_keys WHERE id = $1";
  private static final String REVOKE =
      """
      UPDATE api_keys SET revoked_at = $3
      WHERE id = $1 AND tenant_id = $2 AND revoked_at IS NULL
      RETURNING hash
      """;
  private static final String NOTE_USE =
      """
      UPDATE api_keys k SET last_used_at = u.at
      FROM unnest($1::uuid[], $2::timestamptz[]) AS u (id, at)
      WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at < u.at)
      """;

  private final Pool pool;

  @Inject
  public KeyStore(Pool pool) {
    this.pool = pool;
  }

  /** The owner of a key that is neither revoked nor of a suspended tenant; it may have expired. */
  public Uni<Optional<KeyOwner>> findLive(byte[] hash) {
    return pool.preparedQuery(FIND_LIVE)
        .execute(Tuple.tuple().addBuffer(Buffer.buffer(hash)))
        .map(rows -> Rows.first(rows, KeyStore::owner));
  }

  /**
   * @return false when the tenant does not exist
   */
  public Uni<Boolean> insert(SqlClient client, StoredKey key, byte[] hash) {
    Tuple row =
        Tuple.tuple()
            .addUUID(key.id())
            .addUUID(key.tenantId())
            .addString(key.name())
            .addBuffer(Buffer.buffer(hash))
            .addString(key.start())
            .addArrayOfString(key.scopes().toArray(String[]::new))
            .addOffsetDateTime(Values.utc(key.createdAt()))
            .addOffsetDateTime(Values.utcOrNull(key.expiresAt()))
            .addInteger(key.limit() == null ? null : key.limit().requestsPerSecond())
            .addInteger(key.limit() == null ? null : key.limit().burst());
    return client.preparedQuery(INSERT).execute(row).map(rows -> rows.rowCount() == 1);
  }

  public Uni<Boolean> insert(StoredKey key, byte[] hash) {
    return insert(pool, key, hash);
  }

  /** Whether a key with this hash was ever made, revoked ones included. */
  public Uni<Boolean> exists(SqlClient client, byte[] hash) {
    return client
        .preparedQuery(EXISTS)
        .execute(Tuple.tuple().addBuffer(Buffer.buffer(hash)))
        .map(rows -> rows.size() > 0);
  }

  public Uni<List<StoredKey>> list(UUID tenantId) {
    return pool.preparedQuery(LIST)
        .execute(Tuple.of(tenantId))
        .map(rows -> Rows.all(rows, KeyStore::key));
  }

  /** The limit of its own that a key has; empty when the configured one holds for it. */
  public Uni<Optional<KeyLimit>> limit(UUID keyId) {
    return pool.preparedQuery(LIMIT)
        .execute(Tuple.of(keyId))
        .map(rows -> Rows.first(rows, Function.identity()).map(KeyStore::limit));
  }

  /**
   * @return the hash of the key that was revoked; empty when the tenant has no such live key
   */
  public Uni<Optional<byte[]>> revoke(UUID keyId, UUID tenantId, Instant now) {
    return pool.preparedQuery(REVOKE)
        .execute(Tuple.of(keyId, tenantId, Values.utc(now)))
        .map(rows -> Rows.first(rows, row -> row.getBuffer("hash").getBytes()));
  }

  public Uni<Void> noteUse(Map<UUID, Instant> lastUse) {
    List<Map.Entry<UUID, Instant>> uses = List.copyOf(lastUse.entrySet());
    Tuple arrays =
        Tuple.tuple()
            .addArrayOfUUID(uses.stream().map(Map.Entry::getKey).toArray(UUID[]::new))
            .addArrayOfOffsetDateTime(
                uses.stream().map(use -> Values.utc(use.getValue())).toArray(OffsetDateTime[]::new));
    return pool.preparedQuery(NOTE_USE).execute(arrays).replaceWithVoid();
  }

  private static KeyOwner owner(Row row) {
    return new KeyOwner(
        row.getUUID("id"),
        row.getUUID("tenant_id"),
        Set.of(row.getArrayOfStrings("scopes")),
        Rows.instantOrNull(row, "expires_at"),
        limit(row));
  }

  private static StoredKey key(Row row) {
    return new StoredKey(
        row.getUUID("id"),
        row.getUUID("tenant_id"),
        row.getString("name"),
        row.getString("start"),
        List.of(row.getArrayOfStrings("scopes")),
        Rows.instant(row, "created_at"),
        Rows.instantOrNull(row, "expires_at"),
        Rows.instantOrNull(row, "last_used_at"),
        limit(row));
  }

  private static @Nullable KeyLimit limit(Row row) {
    Integer requestsPerSecond = row.getInteger("requests_per_second");
    return requestsPerSecond == null
        ? null
        : new KeyLimit(requestsPerSecond, row.getInteger("burst"));
  }
}
