package io.impresario.schedule.firing;

import io.impresario.events.JsonText;
import io.impresario.events.spec.SpecDocument;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The schedule rows as firing sees them. */
@ApplicationScoped
class DueScheduleStore {

  private static final String MICROS_UNTIL_EARLIEST =
      """
      SELECT (extract(epoch FROM min(next_fire_at) - now()) * 1000000)::bigint
        FROM schedule WHERE next_fire_at IS NOT NULL
      """;

  /**
   * Rows that another replica holds are skipped: it fires them. All columns are read by the locking
   * query itself, which sees the row as it is once locked; a join would see the snapshot.
   */
  private static final String CLAIM_DUE =
      """
      WITH due AS (
        SELECT id, tenant_id, workflow, params, spec, callback_secret_sealed, cron_expr, timezone,
               next_fire_at, octet_length(params) AS size
          FROM schedule
         WHERE next_fire_at <= now()
         ORDER BY next_fire_at, id
         LIMIT $1
           FOR UPDATE SKIP LOCKED
      ), sized AS (
        SELECT due.*, sum(size) OVER (ORDER BY next_fire_at, id) - size AS before FROM due
      )
      SELECT sized.*, now() AS now FROM sized WHERE before < $2 ORDER BY next_fire_at, id
      """;

  private static final String ONE =
      """
      SELECT id, tenant_id, workflow, params, spec, callback_secret_sealed
        FROM schedule WHERE id = $1 AND tenant_id = $2
      """;

  private static final String LOCK_ONE = ONE + " FOR UPDATE";

  /** A schedule that is never due again is switched off; an error counts as a failed occurrence. */
  private static final String MOVE_ON =
      """
      UPDATE schedule SET
        next_fire_at = moved.next,
        enabled = moved.next IS NOT NULL,
        last_fire_at = coalesce(moved.fired_at, schedule.last_fire_at),
        last_job_id = coalesce(moved.job_id, schedule.last_job_id),
        last_error = coalesce(moved.error, schedule.last_error),
        consecutive_failures =
          schedule.consecutive_failures + CASE WHEN moved.error IS NULL THEN 0 ELSE 1 END,
        last_ended_nominal = CASE WHEN moved.error IS NULL THEN schedule.last_ended_nominal
          ELSE greatest(schedule.last_ended_nominal, moved.nominal) END
        FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::uuid[], $5::text[],
                    $6::timestamptz[])
          AS moved (id, next, fired_at, job_id, error, nominal)
       WHERE schedule.id = moved.id
      """;

  private static final String NOW = "SELECT clock_timestamp()";

  private static final String TRIGGERED =
      "UPDATE schedule SET last_fire_at = $2, last_job_id = $3 WHERE id = $1";

  private final Pool pool;

  DueScheduleStore(Pool pool) {
    this.pool = pool;
  }

  /** How long until a schedule is due, by the database's clock; not positive when one is. */
  Uni<Optional<Duration>> untilEarliest() {
    return pool.query(MICROS_UNTIL_EARLIEST)
        .execute()
        .map(rows -> Optional.ofNullable(rows.iterator().next().getLong(0)))
        .map(micros -> micros.map(value -> Duration.of(value, ChronoUnit.MICROS)));
  }

  /** Locks and reads up to so many due rows and bytes of params, the longest due first. */
  Uni<List<DueSchedule>> claim(SqlConnection transaction, int rows, long bytes) {
    return transaction
        .preparedQuery(CLAIM_DUE)
        .execute(Tuple.of(rows, bytes))
        .map(found -> stream(found).map(DueScheduleStore::due).toList());
  }

  Uni<Optional<JobTemplate>> find(UUID tenantId, UUID id) {
    return pool.preparedQuery(ONE)
        .execute(Tuple.of(id, tenantId))
        .map(found -> stream(found).map(DueScheduleStore::template).findFirst());
  }

  Uni<Optional<JobTemplate>> lock(SqlConnection transaction, UUID tenantId, UUID id) {
    return transaction
        .preparedQuery(LOCK_ONE)
        .execute(Tuple.of(id, tenantId))
        .map(found -> stream(found).map(DueScheduleStore::template).findFirst());
  }

  /** The database's time, after the lock. */
  Uni<Instant> now(SqlConnection transaction) {
    return transaction
        .query(NOW)
        .execute()
        .map(rows -> rows.iterator().next().getOffsetDateTime(0).toInstant());
  }

  Uni<Void> triggered(SqlConnection transaction, UUID id, Instant firedAt, UUID jobId) {
    return transaction
        .preparedQuery(TRIGGERED)
        .execute(Tuple.of(id, time(firedAt), jobId))
        .replaceWithVoid();
  }

  /**
   * What a claimed row becomes.
   *
   * @param firedAt null when nothing was fired, as {@code jobId}
   * @param error why the occurrence at {@code nominal} could not start; null when it did
   */
  record Move(
      UUID id,
      @Nullable Instant next,
      @Nullable Instant firedAt,
      @Nullable UUID jobId,
      @Nullable String error,
      Instant nominal) {}

  Uni<Void> moveOn(SqlConnection transaction, List<Move> moves) {
    Tuple columns =
        Tuple.tuple()
            .addArrayOfUUID(column(moves, Move::id, UUID[]::new))
            .addArrayOfOffsetDateTime(column(moves, m -> time(m.next()), OffsetDateTime[]::new))
            .addArrayOfOffsetDateTime(column(moves, m -> time(m.firedAt()), OffsetDateTime[]::new))
            .addArrayOfUUID(column(moves, Move::jobId, UUID[]::new))
            .addArrayOfString(column(moves, Move::error, String[]::new))
            .addArrayOfOffsetDateTime(column(moves, m -> time(m.nominal()), OffsetDateTime[]::new));
    return transaction.preparedQuery(MOVE_ON).execute(columns).replaceWithVoid();
  }

  private static DueSchedule due(Row row) {
    return new DueSchedule(
        template(row),
        row.getString("cron_expr"),
        row.getString("timezone"),
        row.getOffsetDateTime("next_fire_at").toInstant(),
        row.getOffsetDateTime("now").toInstant());
  }

  private static JobTemplate template(Row row) {
    return new JobTemplate(
        row.getUUID("id"),
        row.getUUID("tenant_id"),
        row.getString("workflow"),
        new JsonText(row.getString("params")),
        SpecDocument.read(row.getString("spec"), row.getString("callback_secret_sealed")));
  }

  private static java.util.stream.Stream<Row> stream(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false);
  }

  private static <T> T[] column(
      List<Move> moves, Function<Move, @Nullable T> field, IntFunction<T[]> array) {
    return moves.stream().map(field).toArray(array);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
