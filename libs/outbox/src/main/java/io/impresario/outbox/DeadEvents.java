package io.impresario.outbox;

import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The events that Kafka will never take as they are: set aside, shown, and sent again on demand.
 */
@ApplicationScoped
class DeadEvents {
  private static final Logger LOG = Logger.getLogger(DeadEvents.class);

  private static final String SET_ASIDE =
      """
      WITH dead AS (
        DELETE FROM outbox USING unnest($1::bigint[], $2::text[]) AS refused (position, reason)
         WHERE outbox.position = refused.position
        RETURNING outbox.*, refused.reason
      )
      INSERT INTO outbox_dead (position, event_id, topic, ce_type, key, tenant_id, traceparent,
                               occurred_at, body, attributes, reason)
      SELECT position, event_id, topic, ce_type, key, tenant_id, traceparent, occurred_at, body,
             attributes, reason
        FROM dead
      RETURNING event_id, topic, key, reason
      """;

  private static final String OLDEST =
      """
      SELECT event_id, topic, key, tenant_id, reason, died_at, octet_length(body) AS bytes
        FROM outbox_dead ORDER BY position LIMIT $1
      """;

  private static final String COUNT = "SELECT count(*) FROM outbox_dead";

  private static final String SEND_AGAIN =
      """
      WITH again AS (
        DELETE FROM outbox_dead WHERE position = ANY (ARRAY(
          SELECT position FROM outbox_dead WHERE $1::uuid IS NULL OR event_id = $1
           ORDER BY position LIMIT $2 FOR UPDATE))
        RETURNING *
      )
      INSERT INTO outbox (event_id, topic, ce_type, key, tenant_id, traceparent, occurred_at, body,
                          attributes)
      SELECT event_id, topic, ce_type, key, tenant_id, traceparent, occurred_at, body, attributes
        FROM again ORDER BY position
      """;

  private final Pool pool;
  private final Counter dead;

  DeadEvents(Pool pool, MeterRegistry metrics) {
    this.pool = pool;
    this.dead = metrics.counter("impresario.outbox.dead");
  }

  /** One event of the list. */
  record DeadEvent(
      UUID eventId,
      String topic,
      String key,
      UUID tenantId,
      String reason,
      Instant diedAt,
      int bytes) {}

  /** Takes these rows out of the outbox, each with its reason, in the relay's transaction. */
  Uni<Void> setAside(SqlConnection transaction, Map<Long, String> reasons) {
    if (reasons.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return transaction
        .preparedQuery(SET_ASIDE)
        .execute(
            Tuple.of(
                Values.column(reasons.entrySet(), Long[]::new, Map.Entry::getKey),
                Values.column(reasons.entrySet(), String[]::new, Map.Entry::getValue)))
        .invoke(rows -> rows.forEach(this::report))
        .replaceWithVoid();
  }

  private void report(Row row) {
    dead.increment();
    LOG.errorf(
        "event.set_aside event_id=%s topic=%s key=%s reason=\"%s\"",
        row.getUUID("event_id"),
        row.getString("topic"),
        row.getString("key"),
        row.getString("reason"));
  }

  /** How many there are. */
  Uni<Long> count() {
    return pool.query(COUNT).execute().map(rows -> rows.iterator().next().getLong(0));
  }

  Uni<List<DeadEvent>> oldest(int limit) {
    return pool.preparedQuery(OLDEST)
        .execute(Tuple.of(limit))
        .map(rows -> Rows.all(rows, DeadEvents::read));
  }

  /**
   * Puts events back at the end of the outbox, in their order; answers how many.
   *
   * @param eventId the only one; null for the oldest {@code limit}
   */
  Uni<Integer> sendAgain(@Nullable UUID eventId, int limit) {
    return pool.preparedQuery(SEND_AGAIN)
        .execute(Tuple.of(eventId, limit))
        .map(rows -> rows.rowCount());
  }

  private static DeadEvent read(Row row) {
    return new DeadEvent(
        row.getUUID("event_id"),
        row.getString("topic"),
        row.getString("key"),
        row.getUUID("tenant_id"),
        row.getString("reason"),
        Rows.instant(row, "died_at"),
        row.getInteger("bytes"));
  }
}
