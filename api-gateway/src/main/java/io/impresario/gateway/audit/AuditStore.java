package io.impresario.gateway.audit;

import io.impresario.rpc.Cursor;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The table {@code audit_entries}. */
@ApplicationScoped
public class AuditStore {
  private static final String INSERT_ALL =
      """
      INSERT INTO audit_entries
        (id, at, actor, tenant_id, key_id, procedure, subject, status, request_id)
      SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::uuid[],
        $6::text[], $7::text[], $8::int[], $9::text[])
      """;
  private static final String PAGE =
      """
      SELECT id, at, actor, tenant_id, key_id, procedure, subject, status, request_id
      FROM audit_entries
      WHERE ($1::uuid IS NULL OR tenant_id = $1)
        AND ($2::timestamptz IS NULL OR (at, id) < ($2, $3))
      ORDER BY at DESC, id DESC LIMIT $4
      """;

  private static final String DELETE_BEFORE =
      """
      DELETE FROM audit_entries WHERE id IN (
        SELECT id FROM audit_entries WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED)
      """;

  private final Pool pool;

  @Inject
  public AuditStore(Pool pool) {
    this.pool = pool;
  }

  public Uni<Void> insertAll(List<AuditEntry> entries) {
    Tuple columns =
        Tuple.tuple()
            .addArrayOfUUID(column(entries, AuditEntry::id, UUID[]::new))
            .addArrayOfOffsetDateTime(
                column(entries, entry -> utc(entry.at()), OffsetDateTime[]::new))
            .addArrayOfString(column(entries, AuditEntry::actor, String[]::new))
            .addArrayOfUUID(column(entries, AuditEntry::tenantId, UUID[]::new))
            .addArrayOfUUID(column(entries, AuditEntry::keyId, UUID[]::new))
            .addArrayOfString(column(entries, AuditEntry::procedure, String[]::new))
            .addArrayOfString(column(entries, AuditEntry::subject, String[]::new))
            .addArrayOfInteger(column(entries, AuditEntry::status, Integer[]::new))
            .addArrayOfString(column(entries, AuditEntry::requestId, String[]::new));
    return pool.preparedQuery(INSERT_ALL).execute(columns).replaceWithVoid();
  }

  /** Newest first, from after the cursor. */
  public Uni<List<AuditEntry>> page(@Nullable UUID tenantId, @Nullable Cursor after, int limit) {
    Tuple arguments =
        Tuple.tuple()
            .addUUID(tenantId)
            .addOffsetDateTime(after == null ? null : utc(after.time()))
            .addUUID(after == null ? null : after.id())
            .addInteger(limit);
    return pool.preparedQuery(PAGE)
        .execute(arguments)
        .map(rows -> StreamSupport.stream(rows.spliterator(), false).map(AuditStore::of).toList());
  }

  /** Deletes at most so many of the oldest; answers how many it were. */
  Uni<Integer> deleteBefore(Instant limit, int rows) {
    return pool.preparedQuery(DELETE_BEFORE)
        .execute(Tuple.of(utc(limit), rows))
        .map(deleted -> deleted.rowCount());
  }

  private static AuditEntry of(Row row) {
    return new AuditEntry(
        row.getUUID("id"),
        row.getOffsetDateTime("at").toInstant(),
        row.getString("actor"),
        row.getUUID("tenant_id"),
        row.getUUID("key_id"),
        row.getString("procedure"),
        row.getString("subject"),
        row.getInteger("status"),
        row.getString("request_id"));
  }

  private static <T> T[] column(
      List<AuditEntry> entries, Function<AuditEntry, @Nullable T> value, IntFunction<T[]> array) {
    T[] column = array.apply(entries.size());
    for (int i = 0; i < column.length; i++) {
      column[i] = value.apply(entries.get(i));
    }
    return column;
  }

  private static OffsetDateTime utc(Instant instant) {
    return instant.atOffset(ZoneOffset.UTC);
  }
}
