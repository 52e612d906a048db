package io.impresario.gateway.audit;

import static io.impresario.sql.Values.column;
import static io.impresario.sql.Values.utc;

import io.impresario.rpc.Cursor;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
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
            .addArrayOfUUID(column(entries, UUID[]::new, AuditEntry::id))
            .addArrayOfOffsetDateTime(
                column(entries, OffsetDateTime[]::new, entry -> utc(entry.at())))
            .addArrayOfString(column(entries, String[]::new, AuditEntry::actor))
            .addArrayOfUUID(column(entries, UUID[]::new, AuditEntry::tenantId))
            .addArrayOfUUID(column(entries, UUID[]::new, AuditEntry::keyId))
            .addArrayOfString(column(entries, String[]::new, AuditEntry::procedure))
            .addArrayOfString(column(entries, String[]::new, AuditEntry::subject))
            .addArrayOfInteger(column(entries, Integer[]::new, AuditEntry::status))
            .addArrayOfString(column(entries, String[]::new, AuditEntry::requestId));
    return pool.preparedQuery(INSERT_ALL).execute(columns).replaceWithVoid();
  }

  /** Newest first, from after the cursor. */
  public Uni<List<AuditEntry>> page(@Nullable UUID tenantId, @Nullable Cursor after, int limit) {
    Tuple arguments =
        Tuple.tuple()
            .addUUID(tenantId)
            .addOffsetDateTime(Values.utcOrNull(after == null ? null : after.time()))
            .addUUID(after == null ? null : after.id())
            .addInteger(limit);
    return pool.preparedQuery(PAGE).execute(arguments).map(rows -> Rows.all(rows, AuditStore::of));
  }

  /** Deletes at most so many of the oldest and answers how many they were. */
  Uni<Integer> deleteBefore(Instant limit, int rows) {
    return pool.preparedQuery(DELETE_BEFORE)
        .execute(Tuple.of(utc(limit), rows))
        .map(deleted -> deleted.rowCount());
  }

  private static AuditEntry of(Row row) {
    return new AuditEntry(
        row.getUUID("id"),
        Rows.instant(row, "at"),
        row.getString("actor"),
        row.getUUID("tenant_id"),
        row.getUUID("key_id"),
        row.getString("procedure"),
        row.getString("subject"),
        row.getInteger("status"),
        row.getString("request_id"));
  }
}
