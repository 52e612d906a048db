package io.impresario.callback.delivery;

import static io.impresario.sql.Values.column;

import io.impresario.callback.sending.Answer;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlClient;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** Writes how attempts ended; fenced by the claim's number. */
@ApplicationScoped
class ReportStore {

  /**
   * An attempt happened whoever holds the lease now, so it is kept and counted; what follows from
   * it holds only for the claim that is still the newest. A report that is written twice, because
   * the answer to the first write was lost, changes nothing.
   *
   * <p>Its lane becomes wider with every answer in time and narrow without, and changes its budget
   * with the first of either. One that rests is called for the next attempt.
   */
  private static final String RECORD =
      """
      WITH said AS (
        SELECT s.*, now() + make_interval(secs => s.retry_in) AS next_attempt_at
          FROM unnest($1::uuid[], $2::int[], $3::text[], $4::float8[], $5::bool[],
                      $6::text[], $7::text[], $8::int[], $9::bytea[], $10::text[],
                      $11::timestamptz[], $12::int[], $13::bool[])
            AS s (delivery_id, claim, state, retry_in, attempt,
                  url, outcome, status, answer, error, started_at, duration_ms, quick)
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
               failures =
                 d.failures + (mine.delivery_id IS NOT NULL AND s.attempt AND s.error IS NOT NULL)::int,
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
        RETURNING d.id, d.lane, d.large
      ), attempted AS (
        INSERT INTO delivery_attempt
          (delivery_id, number, url, outcome, status, answer, error, started_at, duration_ms)
        SELECT s.delivery_id, s.claim, s.url, s.outcome, s.status, s.answer, s.error, s.started_at,
               s.duration_ms
          FROM said s JOIN moved ON moved.id = s.delivery_id
         WHERE s.attempt
        ON CONFLICT DO NOTHING
      ), lanes AS (
        SELECT m.lane, m.large, bool_and(s.quick) AS quick, count(s.quick) AS answers,
               min(s.next_attempt_at) FILTER (WHERE s.state = 'pending') AS next_at
          FROM said s JOIN moved m ON m.id = s.delivery_id
         GROUP BY m.lane, m.large
      ), locked AS (
        SELECT v.lane, v.large, v.quick, v.next_at, l.proven AS was_proven,
               CASE WHEN NOT v.quick OR v.large AND v.quick THEN 1
                    WHEN v.quick THEN
                      least($15::int, coalesce(l.width, $14::int) * power(2, least(v.answers, 16)))::int
                    ELSE l.width END AS width
          FROM lanes v JOIN delivery_lane l ON l.lane = v.lane AND l.large = v.large
         WHERE v.next_at IS NOT NULL OR l.proven <> v.quick
            OR v.quick AND NOT v.large AND coalesce(l.width, 0) < $15::int
         ORDER BY l.lane, l.large
           FOR UPDATE OF l
      ), turned AS (
        UPDATE delivery_lane l
           SET proven = coalesce(k.quick, l.proven), width = k.width, changes = l.changes + 1,
               due_at = CASE WHEN l.ready THEN l.due_at ELSE least(l.due_at, k.next_at) END
          FROM locked k WHERE l.lane = k.lane AND l.large = k.large
        RETURNING l.ready AND l.proven <> k.was_proven AS turned
      )
      SELECT coalesce(bool_or(turned), false) AS turned FROM turned
      """;

  private static final String SWITCH_OFF =
      """
      UPDATE webhook_endpoint SET active = false, updated_at = now()
       WHERE id = ANY($1::uuid[]) AND active
      """;

  private final Pool pool;
  private final DeliveryConfig config;

  ReportStore(Pool pool, DeliveryConfig config) {
    this.pool = pool;
    this.config = config;
  }

  /**
   * Writes the ends of attempts and what follows from them, all or nothing.
   *
   * @return whether a lane that is ready belongs to another budget now
   */
  Uni<Boolean> record(List<AttemptReport> reports) {
    UUID[] gone =
        reports.stream()
            .map(AttemptReport::goneEndpoint)
            .filter(Objects::nonNull)
            .distinct()
            .toArray(UUID[]::new);
    if (gone.length == 0) {
      return record(pool, reports);
    }
    return pool.withTransaction(
        tx ->
            record(tx, reports)
                .call(() -> tx.preparedQuery(SWITCH_OFF).execute(Tuple.of((Object) gone)))
                .call(() -> EndpointWithdrawal.withdraw(tx, gone, "the endpoint is gone")));
  }

  private Uni<Boolean> record(SqlClient client, List<AttemptReport> reports) {
    return client
        .preparedQuery(RECORD)
        .execute(values(reports))
        .map(rows -> rows.iterator().next().getBoolean("turned"));
  }

  private Tuple values(List<AttemptReport> reports) {
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
                r -> r.outcome().error().map(ReportStore::storable).orElse(null)))
        .addValue(column(reports, OffsetDateTime[]::new, r -> Values.utc(r.startedAt())))
        .addValue(column(reports, Integer[]::new, r -> (int) r.took().toMillis()))
        .addValue(column(reports, Boolean[]::new, AttemptReport::quick))
        .addInteger(config.startInFlightPerTarget())
        .addInteger(config.maxInFlightPerTarget());
  }

  /** PostgreSQL cannot store U+0000 in text, and a reason may quote what a peer sent. */
  private static String storable(String text) {
    return text.replace('\u0000', '\uFFFD');
  }
}
