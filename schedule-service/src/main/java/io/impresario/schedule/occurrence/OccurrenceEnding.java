package io.impresario.schedule.occurrence;

import io.impresario.schedule.occurrence.OccurrenceEnd.Cancelled;
import io.impresario.schedule.occurrence.OccurrenceEnd.Succeeded;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/**
 * Writes the ends of occurrences and what follows for their schedules, in three statements for a
 * whole batch. Ends may arrive in any order: a failure counts when it is newer than the newest
 * success, a success counts anew the failures that are newer than itself, and only the newest end
 * decides on {@code last_error}.
 */
@ApplicationScoped
class OccurrenceEnding {

  /**
   * First of all, so that ends of one schedule's occurrences count one after the other; in the
   * order of ids, so that batches cannot deadlock.
   */
  private static final String LOCK_SCHEDULES =
      "SELECT 1 FROM schedule WHERE id = ANY($1) ORDER BY id FOR UPDATE";

  /** Nothing happens for a deleted schedule, or an occurrence that has ended already. */
  private static final String END_IF_STARTED =
      """
      UPDATE occurrence SET outcome = e.outcome, reason = coalesce(e.reason, occurrence.reason)
        FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[])
          AS e (job_id, schedule_id, outcome, reason)
       WHERE occurrence.job_id = e.job_id AND occurrence.schedule_id = e.schedule_id
         AND occurrence.outcome = 'started'
      RETURNING occurrence.job_id, occurrence.nominal_at
      """;

  /** A rejected occurrence has no job, so the one before it is the last. */
  private static final String COUNT =
      """
      WITH ended AS (
        SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::boolean[], $4::text[])
          AS e (schedule_id, nominal, failed, error)
      ), newest AS (
        SELECT DISTINCT ON (schedule_id) schedule_id, nominal, error
          FROM ended ORDER BY schedule_id, nominal DESC
      ), success AS (
        SELECT schedule_id, max(nominal) AS nominal
          FROM ended WHERE NOT failed GROUP BY schedule_id
      )
      UPDATE schedule s SET
        consecutive_failures = CASE
          WHEN success.nominal >= coalesce(s.last_success_nominal, '-infinity') THEN
            (SELECT count(*) FROM occurrence o
              WHERE o.schedule_id = s.id AND o.nominal_at > success.nominal
                AND o.outcome IN ('failed', 'rejected'))
          ELSE s.consecutive_failures +
            (SELECT count(*) FROM ended
              WHERE ended.schedule_id = s.id AND ended.failed
                AND ended.nominal >= coalesce(s.last_success_nominal, '-infinity'))
        END,
        last_error = CASE
          WHEN s.last_ended_nominal > newest.nominal THEN s.last_error ELSE newest.error END,
        last_success_nominal = greatest(s.last_success_nominal, success.nominal),
        last_ended_nominal = greatest(s.last_ended_nominal, newest.nominal),
        last_job_id = CASE
          WHEN EXISTS (SELECT 1 FROM occurrence o
                        WHERE o.job_id = s.last_job_id AND o.outcome = 'rejected') THEN
            (SELECT o.job_id FROM occurrence o
              WHERE o.schedule_id = s.id AND o.outcome NOT IN ('rejected', 'missed')
              ORDER BY o.nominal_at DESC LIMIT 1)
          ELSE s.last_job_id
        END
        FROM newest LEFT JOIN success ON success.schedule_id = newest.schedule_id
       WHERE s.id = newest.schedule_id
      """;

  /** An end that was written just now. */
  private record Written(OccurrenceEnd end, Instant nominal) {
    private boolean counts() {
      return !(end instanceof Cancelled);
    }

    private boolean failed() {
      return !(end instanceof Succeeded);
    }
  }

  /** All of one batch. */
  Uni<Void> applyAll(SqlConnection transaction, List<OccurrenceEnd> batch) {
    if (batch.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    Map<UUID, OccurrenceEnd> ends = new LinkedHashMap<>();
    batch.forEach(end -> ends.putIfAbsent(end.jobId(), end));
    return lock(transaction, ends.values())
        .chain(() -> end(transaction, ends))
        .flatMap(written -> count(transaction, written));
  }

  private static Uni<Void> lock(SqlConnection transaction, Collection<OccurrenceEnd> ends) {
    UUID[] schedules = ends.stream().map(OccurrenceEnd::scheduleId).distinct().toArray(UUID[]::new);
    return transaction.preparedQuery(LOCK_SCHEDULES).execute(Tuple.of(schedules)).replaceWithVoid();
  }

  private static Uni<List<Written>> end(SqlConnection transaction, Map<UUID, OccurrenceEnd> ends) {
    Collection<OccurrenceEnd> all = ends.values();
    return transaction
        .preparedQuery(END_IF_STARTED)
        .execute(
            Tuple.of(
                Values.column(all, UUID[]::new, OccurrenceEnd::jobId),
                Values.column(all, UUID[]::new, OccurrenceEnd::scheduleId),
                Values.column(all, String[]::new, OccurrenceEnd::outcome),
                Values.column(all, String[]::new, OccurrenceEnd::reason)))
        .map(rows -> Rows.all(rows, row -> written(row, ends)));
  }

  private static Written written(Row row, Map<UUID, OccurrenceEnd> ends) {
    OccurrenceEnd end = Objects.requireNonNull(ends.get(row.getUUID("job_id")));
    return new Written(end, Rows.instant(row, "nominal_at"));
  }

  private static Uni<Void> count(SqlConnection transaction, List<Written> written) {
    List<Written> counting = written.stream().filter(Written::counts).toList();
    if (counting.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return transaction
        .preparedQuery(COUNT)
        .execute(
            Tuple.of(
                Values.column(counting, UUID[]::new, one -> one.end().scheduleId()),
                Values.column(counting, OffsetDateTime[]::new, one -> Values.utc(one.nominal())),
                Values.column(counting, Boolean[]::new, Written::failed),
                Values.column(counting, String[]::new, one -> one.end().reason())))
        .replaceWithVoid();
  }
}
