package io.impresario.gateway.key;

import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
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
import org.jspecify.annotations.Nullable;

/**
 * The table {@code api_keys} as requests use it: one statement for a lookup, one for the last uses
 * of many keys.
 */
@ApplicationScoped
public class KeyStore {
  private static final String FIND_LIVE =
      """
      SELECT k.id, k.tenant_id, k.scopes, k.expires_at, k.requests_per_second, k.burst
      FROM api_keys k JOIN tenants t ON t.id = k.tenant_id
      WHERE k.hash = $1 AND k.revoked_at IS NULL AND t.suspended_at IS NULL
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

  public Uni<Void> noteUse(Map<UUID, Instant> lastUse) {
    List<Map.Entry<UUID, Instant>> uses = List.copyOf(lastUse.entrySet());
    Tuple arrays =
        Tuple.tuple()
            .addArrayOfUUID(uses.stream().map(Map.Entry::getKey).toArray(UUID[]::new))
            .addArrayOfOffsetDateTime(
                uses.stream()
                    .map(use -> Values.utc(use.getValue()))
                    .toArray(OffsetDateTime[]::new));
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

  private static @Nullable KeyLimit limit(Row row) {
    Integer requestsPerSecond = row.getInteger("requests_per_second");
    return requestsPerSecond == null
        ? null
        : new KeyLimit(requestsPerSecond, row.getInteger("burst"));
  }
}
