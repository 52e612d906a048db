package io.impresario.callback.delivery;

import static io.impresario.sql.Values.column;

import io.impresario.callback.delivery.ClaimedDelivery.SealedSigning;
import io.impresario.callback.sending.Answer;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * The queue of pending deliveries: claims with a lease, and reports fenced by the claim's number.
 */
@ApplicationScoped
class DeliveryStore {

  /**
   * Walks the lanes that have something pending (one index probe each, after the cursor) and takes
   * from each what it has room for, until the slots are full. A claim whose predecessors ended
   * without a word waits longer each time: what kills its worker must not kill one every lease.
   */
  private static final String CLAIM_DUE =
      """
      WITH RECURSIVE lanes (lane) AS (
        (SELECT q.lane FROM delivery_queue q
          WHERE q.large = $1 AND q.lane > $2 ORDER BY q.lane LIMIT 1)
        UNION ALL
        SELECT (SELECT q.lane FROM delivery_queue q
                 WHERE q.large = $1 AND q.lane > l.lane ORDER BY q.lane LIMIT 1)
          FROM lanes l WHERE l.lane IS NOT NULL
      ), limits (lane, free) AS (
        SELECT * FROM unnest($3::text[], $4::int[])
      ), picked AS (
        SELECT due.delivery_id
          FROM lanes l CROSS JOIN LATERAL (
            SELECT q.delivery_id FROM delivery_queue q
             WHERE q.large = $1 AND q.lane = l.lane AND q.claimable_at <= now()
             ORDER BY q.claimable_at
             LIMIT (SELECT coalesce((SELECT f.free FROM limits f WHERE f.lane = l.lane), $5::int))
               FOR UPDATE SKIP LOCKED) due
         LIMIT $6
      ), claimed AS (
        UPDATE delivery_queue q
           SET claim = q.claim + 1, unrecorded = q.unrecorded + 1,
               claimable_at =
                 now() + make_interval(secs => $7::float8 * power(2, least(q.unrecorded, 6)))
          FROM picked p WHERE q.delivery_id = p.delivery_id
        RETURNING q.delivery_id, q.claim, q.lane
      )
      SELECT d.id, c.claim, d.tenant_id, d.job_id, d.endpoint_id, d.event, c.lane, d.failures,
             coalesce(e.url, d.url) AS url, b.bytes,
             coalesce(e.secret_sealed, d.secret_sealed) AS secret_sealed,
             e.previous_secret_sealed, e.previous_secret_until,
             coalesce(e.active OR d.event = 'webhook.test', d.endpoint_id IS NULL) AS active
        FROM claimed c
        JOIN delivery d ON d.id = c.delivery_id
        JOIN callback_body b ON b.id = d.body_id
        LEFT JOIN webhook_endpoint e ON e.id = d.endpoint_id
       ORDER BY c.lane
      """;

  /**
   * An attempt happened whoever holds the lease now, so it is kept and counted; what follows from
   * it holds only for the claim that is still the newest. A report that is written twice, because
   * the answer to the first write was lost, changes nothing.
   */
  private static final String RECORD =
      """
      WITH said AS (
        SELECT s.*, now() + make_interval(secs => s.retry_in) AS next_attempt_at
          FROM unnest($1::uuid[], $2::int[], $3::text[], $4::float8[], $5::bool[],
                      $6::text[], $7::text[], $8::int[], $9::bytea[], $10::text[],
                      $11::timestamptz[], $12::int[])
            AS s (delivery_id, claim, state, retry_in, attempt,
                  url, outcome, status, answer, error, started_at, duration_ms)
      ), again AS (
        UPDATE delivery_queue q SET claimable_at = s.next_attempt_at, unrecorded = 0
          FROM said s
         WHERE q.delivery_id = s.delivery_id AND q.claim = s.claim AND s.state = 'pending'
           AND q.unrecorded > 0
        RETURNING q.delivery_id
      ), ended AS (
        DELETE FROM delivery_queue q USING said s
         WHERE q.delivery_id = s.delivery_id AND q.claim = s.claim AND s.state <> 'pending'
        RETURNING q.delivery_id
      ), mine AS (
        SELECT delivery_id FROM again UNION ALL SELECT delivery_id FROM ended
      ), moved AS (
        UPDATE delivery d
           SET attempts = d.attempts + (s.attempt AND known.number IS NULL)::int,
               url = s.url,
               failures = d.failures + (mine.delivery_id IS NOT NULL AND s.error IS NOT NULL)::int,
               state = CASE WHEN mine.delivery_id IS NULL THEN d.state ELSE s.state END,
               last_error = CASE WHEN mine.delivery_id IS NULL THEN d.last_error ELSE s.error END,
               next_attempt_at =
                 CASE WHEN mine.delivery_id IS NULL THEN d.next_attempt_at
                      WHEN s.state = 'pending' THEN s.next_attempt_at END
          FROM said s
          LEFT JOIN mine ON mine.delivery_id = s.delivery_id
          LEFT JOIN delivery_attempt known
            ON known.delivery_id = s.delivery_id AND known.number = s.claim
         WHERE d.id = s.delivery_id
        RETURNING d.id
      )
      INSERT INTO delivery_attempt
        (delivery_id, number, url, outcome, status, answer, error, started_at, duration_ms)
      SELECT s.delivery_id, s.claim, s.url, s.outcome, s.status, s.answer, s.error, s.started_at,
             s.duration_ms
        FROM said s JOIN moved ON moved.id = s.delivery_id
       WHERE s.attempt
      ON CONFLICT DO NOTHING
      """;

  private static final String SWITCH_OFF =
      """
      UPDATE webhook_endpoint SET active = false, updated_at = now()
       WHERE id = ANY($1::uuid[]) AND active
      """;

  /** Slots that a claim may fill, and where in the lanes it begins. */
  record Room(boolean large, String afterLane, Map<String, Integer> free, int start, int slots) {}

  private final Pool pool;
  private final DeliveryConfig config;

  DeliveryStore(Pool pool, DeliveryConfig config) {
    this.pool = pool;
    this.config = config;
  }

  /** Leases due deliveries to this process; ordered by lane. */
  Uni<List<ClaimedDelivery>> claim(Room room) {
    List<Map.Entry<String, Integer>> free = List.copyOf(room.free().entrySet());
    Tuple values =
        Tuple.tuple()
            .addBoolean(room.large())
            .addString(room.afterLane())
            .addValue(column(free, String[]::new, Map.Entry::getKey))
            .addValue(column(free, Integer[]::new, Map.Entry::getValue))
            .addInteger(room.start())
            .addLong((long) room.slots())
            .addDouble(Values.seconds(config.lease()));
    return pool.preparedQuery(CLAIM_DUE)
        .execute(values)
        .map(rows -> Rows.all(rows, DeliveryStore::claimed));
  }

  /** Writes the ends of attempts and what follows from them, all or nothing. */
  Uni<Void> record(List<AttemptReport> reports) {
    UUID[] gone =
        reports.stream()
            .map(AttemptReport::goneEndpoint)
            .filter(Objects::nonNull)
            .distinct()
            .toArray(UUID[]::new);
    if (gone.length == 0) {
      return pool.preparedQuery(RECORD).execute(values(reports)).replaceWithVoid();
    }
    return pool.withTransaction(
        tx ->
            tx.preparedQuery(RECORD)
                .execute(values(reports))
                .chain(() -> tx.preparedQuery(SWITCH_OFF).execute(Tuple.of((Object) gone)))
                .chain(() -> EndpointWithdrawal.withdraw(tx, gone, "the endpoint is gone")));
  }

  private static Tuple values(List<AttemptReport> reports) {
    return Tuple.tuple()
        .addValue(column(reports, UUID[]::new, r -> r.delivery().id()))
        .addValue(column(reports, Integer[]::new, r -> r.delivery().claim()))
        .addValue(column(reports, String[]::new, r -> r.next().state()))
        .addValue(
            column(reports, Double[]::new, r -> r.next().delay().map(Values::seconds).orElse(null)))
        .addValue(column(reports, Boolean[]::new, AttemptReport::isAttempt))
        .addValue(column(reports, String[]::new, r -> storable(r.delivery().url())))
        .addValue(column(reports, String[]::new, r -> r.outcome().label()))
        .addValue(column(reports, Integer[]::new, r -> r.outcome().httpStatus().orElse(null)))
        .addValue(
            column(
                reports,
                Buffer[]::new,
                r -> r.outcome().reply().map(Answer::beginning).orElse(null)))
        .addValue(
            column(
                reports,
                String[]::new,
                r -> r.outcome().error().map(DeliveryStore::storable).orElse(null)))
        .addValue(column(reports, OffsetDateTime[]::new, r -> Values.utc(r.startedAt())))
        .addValue(column(reports, Integer[]::new, r -> (int) r.took().toMillis()));
  }

  /** PostgreSQL's text has no U+0000, and a reason may quote what a peer sent. */
  private static String storable(String text) {
    return text.replace('\u0000', '\uFFFD');
  }

  private static ClaimedDelivery claimed(Row row) {
    String secret = row.getString("secret_sealed");
    return new ClaimedDelivery(
        row.getUUID("id"),
        row.getInteger("claim"),
        row.getUUID("tenant_id"),
        row.getUUID("job_id"),
        row.getUUID("endpoint_id"),
        row.getString("event"),
        row.getString("url"),
        row.getString("lane"),
        row.getInteger("failures"),
        row.getBuffer("bytes").getDelegate(),
        secret == null
            ? null
            : new SealedSigning(
                secret,
                row.getString("previous_secret_sealed"),
                Rows.instantOrNull(row, "previous_secret_until")),
        row.getBoolean("active"));
  }
}
