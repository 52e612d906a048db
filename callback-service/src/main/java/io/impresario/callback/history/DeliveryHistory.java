package io.impresario.callback.history;

import io.impresario.callback.lane.LaneStore;
import io.impresario.callback.lane.LaneStore.Woken;
import io.impresario.rpc.Cursor;
import io.impresario.rpc.RpcException;
import io.impresario.sql.Page;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads deliveries and attempts, always by tenant, and queues a delivery again. */
@ApplicationScoped
class DeliveryHistory {

  record Delivery(
      UUID deliveryId,
      @Nullable UUID webhookEndpointId,
      String url,
      @Nullable UUID jobId,
      String event,
      String state,
      int attempts,
      @Nullable String lastError,
      @Nullable Instant nextAttemptAt,
      Instant createdAt) {}

  /**
   * @param answer the first 16 KiB of what the target answered, as text
   */
  record Attempt(
      int attempt,
      String url,
      String outcome,
      @Nullable Integer status,
      int durationMs,
      @Nullable String answer,
      @Nullable String error,
      Instant startedAt) {}

  record Filter(
      @Nullable UUID endpointId,
      @Nullable UUID jobId,
      @Nullable String state,
      @Nullable Cursor after) {}

  private static final String PAGE =
      """
      SELECT * FROM delivery
       WHERE tenant_id = $1
         AND ($2::uuid IS NULL OR endpoint_id = $2)
         AND ($3::uuid IS NULL OR job_id = $3)
         AND ($4::text IS NULL OR state = $4)
         AND ($5::timestamptz IS NULL OR (created_at, id) < ($5, $6::uuid))
       ORDER BY created_at DESC, id DESC
       LIMIT $7
      """;

  private static final String EXISTS = "SELECT 1 FROM delivery WHERE id = $1 AND tenant_id = $2";

  /** The newest hundred: redeliveries are unlimited, and each answer is up to 16 KiB. */
  private static final String ATTEMPTS =
      """
      SELECT * FROM (
        SELECT * FROM delivery_attempt WHERE delivery_id = $1 ORDER BY number DESC LIMIT 100
      ) newest ORDER BY number
      """;

  /** Restarts the retry plan, unless an attempt is under way or the endpoint is not active. */
  private static final String QUEUE_AGAIN =
      """
      WITH wanted AS (
        SELECT d.id, d.lane, d.large, d.body_id FROM delivery d
          LEFT JOIN webhook_endpoint e ON e.id = d.endpoint_id
         WHERE d.id = $1 AND d.tenant_id = $2
           AND (d.endpoint_id IS NULL OR e.active OR (d.event = 'webhook.test' AND e.id IS NOT NULL))
           FOR UPDATE OF d
      ), queued AS (
        INSERT INTO delivery_queue AS q (delivery_id, lane, large, weight, claimable_at, claim)
        SELECT w.id, w.lane, w.large, CASE WHEN w.large THEN length(b.bytes) / 1048576 + 1 ELSE 1 END,
               now(),
               coalesce((SELECT max(a.number) FROM delivery_attempt a WHERE a.delivery_id = w.id), 0)
          FROM wanted w JOIN callback_body b ON b.id = w.body_id
        ON CONFLICT (delivery_id) DO UPDATE SET claimable_at = now(), unrecorded = 0
         WHERE q.unrecorded = 0 OR q.claimable_at <= now()
        RETURNING q.delivery_id
      )
      UPDATE delivery SET state = 'pending', failures = 0, next_attempt_at = now()
       WHERE id IN (SELECT delivery_id FROM queued)
      RETURNING lane, large, tenant_id
      """;

  private static final String WHY_NOT =
      """
      SELECT d.endpoint_id IS NOT NULL AND e.id IS NULL AS deleted,
             d.endpoint_id IS NOT NULL AND NOT coalesce(e.active, true) AS inactive
        FROM delivery d LEFT JOIN webhook_endpoint e ON e.id = d.endpoint_id
       WHERE d.id = $1 AND d.tenant_id = $2
      """;

  private final Pool pool;
  private final LaneStore lanes;

  DeliveryHistory(Pool pool, LaneStore lanes) {
    this.pool = pool;
    this.lanes = lanes;
  }

  /** Newest first. */
  Uni<Page<Delivery>> page(UUID tenantId, Filter filter, int limit) {
    Cursor after = filter.after();
    Tuple values =
        Tuple.tuple()
            .addUUID(tenantId)
            .addUUID(filter.endpointId())
            .addUUID(filter.jobId())
            .addString(filter.state())
            .addOffsetDateTime(after == null ? null : Values.utc(after.time()))
            .addUUID(after == null ? null : after.id())
            .addLong(limit + 1L);
    return pool.preparedQuery(PAGE)
        .execute(values)
        .map(
            rows ->
                Page.of(Rows.all(rows, DeliveryHistory::delivery), limit, DeliveryHistory::cursor));
  }

  Uni<List<Attempt>> attempts(UUID tenantId, UUID deliveryId) {
    return pool.preparedQuery(EXISTS)
        .execute(Tuple.of(deliveryId, tenantId))
        .invoke(
            rows -> {
              if (rows.size() == 0) {
                throw unknown();
              }
            })
        .chain(() -> pool.preparedQuery(ATTEMPTS).execute(Tuple.of(deliveryId)))
        .map(rows -> Rows.all(rows, DeliveryHistory::attempt));
  }

  /** Fails with 404 or 409 when it cannot be. */
  Uni<Void> queueAgain(UUID tenantId, UUID deliveryId) {
    return pool.withTransaction(
        tx ->
            tx.preparedQuery(QUEUE_AGAIN)
                .execute(Tuple.of(deliveryId, tenantId))
                .map(rows -> Rows.all(rows, DeliveryHistory::woken))
                .flatMap(
                    queued ->
                        queued.isEmpty()
                            ? tx.preparedQuery(WHY_NOT)
                                .execute(Tuple.of(deliveryId, tenantId))
                                .flatMap(why -> Uni.createFrom().failure(whyNot(why)))
                            : lanes.wake(tx, queued)));
  }

  private static Woken woken(Row row) {
    return new Woken(row.getString("lane"), row.getBoolean("large"), row.getUUID("tenant_id"));
  }

  private static RpcException whyNot(RowSet<Row> rows) {
    if (rows.size() == 0) {
      return unknown();
    }
    Row row = rows.iterator().next();
    if (row.getBoolean("deleted")) {
      return RpcException.conflict("endpoint_deleted", "The endpoint was deleted");
    }
    if (row.getBoolean("inactive")) {
      return RpcException.conflict("endpoint_inactive", "The endpoint is switched off");
    }
    return RpcException.conflict("attempt_in_progress", "An attempt is under way");
  }

  private static RpcException unknown() {
    return RpcException.notFound("Delivery not found");
  }

  private static Delivery delivery(Row row) {
    return new Delivery(
        row.getUUID("id"),
        row.getUUID("endpoint_id"),
        row.getString("url"),
        row.getUUID("job_id"),
        row.getString("event"),
        row.getString("state"),
        row.getInteger("attempts"),
        row.getString("last_error"),
        Rows.instantOrNull(row, "next_attempt_at"),
        Rows.instant(row, "created_at"));
  }

  private static Attempt attempt(Row row) {
    return new Attempt(
        row.getInteger("number"),
        row.getString("url"),
        row.getString("outcome"),
        row.getInteger("status"),
        row.getInteger("duration_ms"),
        row.getBuffer("answer") == null
            ? null
            : row.getBuffer("answer").toString(StandardCharsets.UTF_8),
        row.getString("error"),
        Rows.instant(row, "started_at"));
  }

  private static String cursor(Delivery last) {
    return Cursor.encode(last.createdAt(), last.deliveryId());
  }
}
