package io.impresario.schedule.occurrence;

import static io.impresario.sql.Values.column;
import static io.impresario.sql.Values.seconds;
import static io.impresario.sql.Values.utc;
import static io.impresario.sql.Values.utcOrNull;

import io.impresario.rpc.Cursor;
import io.impresario.schedule.occurrence.Occurrence.Outcome;
import io.impresario.sql.Page;
import io.impresario.sql.Rows;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The occurrence rows: written when a schedule fires, read by the list, swept when old. */
@ApplicationScoped
public class OccurrenceStore {

  /**
   * A nominal time that has fired already, before a failover to a database whose clock is behind,
   * stays as it is. The caller has locked the schedules, so that their counts agree with the rows.
   */
  private static final String INSERT =
      """
      WITH written AS (
        INSERT INTO occurrence (job_id, schedule_id, source, nominal_at, fired_at, outcome, reason)
        SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[],
                             $5::timestamptz[], $6::text[], $7::text[])
        ON CONFLICT DO NOTHING
        RETURNING job_id, schedule_id
      ), counted AS (
        UPDATE schedule SET occurrences = schedule.occurrences + more.rows
          FROM (SELECT schedule_id, count(*) AS rows FROM written GROUP BY schedule_id) AS more
         WHERE schedule.id = more.schedule_id
      )
      SELECT job_id FROM written
      """;

  private static final String SCHEDULE_EXISTS =
      "SELECT 1 FROM schedule WHERE id = $1 AND tenant_id = $2";

  private static final String PAGE =
      """
      SELECT job_id, nominal_at, fired_at, outcome, reason
        FROM occurrence
       WHERE schedule_id = $1
         AND ($2::timestamptz IS NULL OR (nominal_at, job_id) < ($2, $3))
       ORDER BY nominal_at DESC, job_id DESC
       LIMIT $4
      """;

  /**
   * Reads no more than goes: of each schedule the oldest ones beyond the newest that stay, as far
   * as they are old. Started ones stay: their end is still to come. A schedule that is being fired,
   * changed or swept elsewhere is left to the next round.
   */
  static final String SWEEP =
      """
      WITH old AS (
        SELECT oldest.job_id, oldest.schedule_id
          FROM schedule CROSS JOIN LATERAL (
            SELECT job_id, schedule_id, outcome FROM occurrence
             WHERE occurrence.schedule_id = schedule.id
               AND occurrence.nominal_at < now() - make_interval(secs => $1)
             ORDER BY nominal_at, job_id
             LIMIT least(schedule.occurrences - $2, $3)) AS oldest
         WHERE schedule.occurrences > $2 AND oldest.outcome <> 'started'
         LIMIT $3
      ), locked AS (
        SELECT id FROM schedule WHERE id IN (SELECT schedule_id FROM old)
         ORDER BY id FOR UPDATE SKIP LOCKED
      ), gone AS (
        DELETE FROM occurrence WHERE job_id = ANY (ARRAY(
          SELECT old.job_id FROM old JOIN locked ON locked.id = old.schedule_id))
        RETURNING schedule_id
      ), counted AS (
        UPDATE schedule SET occurrences = schedule.occurrences - less.rows
          FROM (SELECT schedule_id, count(*) AS rows FROM gone GROUP BY schedule_id) AS less
         WHERE schedule.id = less.schedule_id
      )
      SELECT count(*)::integer AS gone FROM gone
      """;

  private final Pool pool;

  OccurrenceStore(Pool pool) {
    this.pool = pool;
  }

  /** Writes all in one statement; answers the job ids of those that were not there yet. */
  public Uni<Set<UUID>> insert(SqlConnection transaction, List<Occurrence> occurrences) {
    if (occurrences.isEmpty()) {
      return Uni.createFrom().item(Set.of());
    }
    Tuple columns =
        Tuple.tuple()
            .addValue(column(occurrences, UUID[]::new, Occurrence::jobId))
            .addValue(column(occurrences, UUID[]::new, Occurrence::scheduleId))
            .addValue(column(occurrences, String[]::new, o -> word(o.source())))
            .addValue(column(occurrences, OffsetDateTime[]::new, o -> utc(o.nominalAt())))
            .addValue(column(occurrences, OffsetDateTime[]::new, o -> utcOrNull(o.firedAt())))
            .addValue(column(occurrences, String[]::new, o -> word(o.outcome())))
            .addValue(column(occurrences, String[]::new, Occurrence::reason));
    return transaction
        .preparedQuery(INSERT)
        .execute(columns)
        .map(rows -> Set.copyOf(Rows.all(rows, row -> row.getUUID("job_id"))));
  }

  /** Newest first; empty for an unknown schedule. */
  Uni<Optional<Page<OccurrenceView>>> page(
      UUID tenantId, UUID scheduleId, @Nullable Cursor after, int limit) {
    return pool.preparedQuery(SCHEDULE_EXISTS)
        .execute(Tuple.of(scheduleId, tenantId))
        .flatMap(
            found ->
                found.size() == 0
                    ? Uni.createFrom().item(Optional.empty())
                    : rows(scheduleId, after, limit).map(Optional::of));
  }

  private Uni<Page<OccurrenceView>> rows(UUID scheduleId, @Nullable Cursor after, int limit) {
    Tuple parameters =
        Tuple.of(
            scheduleId,
            after == null ? null : utc(after.time()),
            after == null ? null : after.id(),
            limit + 1);
    return pool.preparedQuery(PAGE)
        .execute(parameters)
        .map(rows -> Rows.all(rows, OccurrenceStore::view))
        .map(found -> Page.of(found, limit, last -> Cursor.encode(last.nominalAt(), last.rowId())));
  }

  private static OccurrenceView view(Row row) {
    return OccurrenceView.of(
        row.getUUID("job_id"),
        Rows.instant(row, "nominal_at"),
        Rows.instantOrNull(row, "fired_at"),
        Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
        row.getString("reason"));
  }

  /** Deletes up to {@code limit} older rows but the newest {@code kept} of each schedule. */
  Uni<Integer> sweep(Duration age, int kept, int limit) {
    return pool.preparedQuery(SWEEP)
        .execute(Tuple.of(seconds(age), kept, limit))
        .map(rows -> rows.iterator().next().getInteger("gone"));
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }
}
