package io.impresario.schedule.occurrence;

import io.impresario.rpc.Cursor;
import io.impresario.schedule.occurrence.Occurrence.Outcome;
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
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** The occurrence rows: written when a schedule fires, read by the list, swept when old. */
@ApplicationScoped
public class OccurrenceStore {

  /**
   * A nominal time that has fired already, under a clock that was ahead of ours, stays as it is.
   */
  private static final String INSERT =
      """
      INSERT INTO occurrence (job_id, schedule_id, source, nominal_at, fired_at, outcome, reason)
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::timestamptz[],
                           $5::timestamptz[], $6::text[], $7::text[])
      ON CONFLICT DO NOTHING
      RETURNING job_id
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

  /** Started ones stay: their end is still to come. */
  private static final String SWEEP =
      """
      DELETE FROM occurrence USING (
        SELECT o.job_id
          FROM occurrence o
         WHERE o.nominal_at < now() - make_interval(secs => $1)
           AND o.outcome <> 'started'
           AND (SELECT count(*) FROM (
                  SELECT 1 FROM occurrence newer
                   WHERE newer.schedule_id = o.schedule_id AND newer.nominal_at > o.nominal_at
                   LIMIT $2) AS counted) >= $2
         LIMIT $3) AS old
       WHERE occurrence.job_id = old.job_id
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
            .addArrayOfUUID(column(occurrences, Occurrence::jobId, UUID[]::new))
            .addArrayOfUUID(column(occurrences, Occurrence::scheduleId, UUID[]::new))
            .addArrayOfString(column(occurrences, o -> word(o.source()), String[]::new))
            .addArrayOfOffsetDateTime(
                column(occurrences, o -> time(o.nominalAt()), OffsetDateTime[]::new))
            .addArrayOfOffsetDateTime(
                column(occurrences, o -> time(o.firedAt()), OffsetDateTime[]::new))
            .addArrayOfString(column(occurrences, o -> word(o.outcome()), String[]::new))
            .addArrayOfString(column(occurrences, Occurrence::reason, String[]::new));
    return transaction
        .preparedQuery(INSERT)
        .execute(columns)
        .map(rows -> stream(rows).map(row -> row.getUUID(0)).collect(Collectors.toSet()));
  }

  /** One more than the limit tells that there is another page; empty for an unknown schedule. */
  Uni<Optional<List<OccurrenceView>>> page(
      UUID tenantId, UUID scheduleId, @Nullable Cursor after, int limit) {
    return pool.preparedQuery(SCHEDULE_EXISTS)
        .execute(Tuple.of(scheduleId, tenantId))
        .flatMap(
            found ->
                found.size() == 0
                    ? Uni.createFrom().item(Optional.empty())
                    : rows(scheduleId, after, limit + 1).map(Optional::of));
  }

  private Uni<List<OccurrenceView>> rows(UUID scheduleId, @Nullable Cursor after, int limit) {
    Tuple parameters =
        Tuple.of(
            scheduleId,
            after == null ? null : time(after.time()),
            after == null ? null : after.id(),
            limit);
    return pool.preparedQuery(PAGE)
        .execute(parameters)
        .map(rows -> stream(rows).map(OccurrenceStore::view).toList());
  }

  private static OccurrenceView view(Row row) {
    OffsetDateTime firedAt = row.getOffsetDateTime("fired_at");
    return OccurrenceView.of(
        row.getUUID("job_id"),
        row.getOffsetDateTime("nominal_at").toInstant(),
        firedAt == null ? null : firedAt.toInstant(),
        Outcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)),
        row.getString("reason"));
  }

  /** Deletes up to {@code limit} older rows but the newest {@code kept} of each schedule. */
  Uni<Integer> sweep(Duration age, int kept, int limit) {
    return pool.preparedQuery(SWEEP)
        .execute(Tuple.of((double) age.toSeconds(), kept, limit))
        .map(RowSet::rowCount);
  }

  private static <T> T[] column(
      List<Occurrence> rows,
      Function<Occurrence, @Nullable T> field,
      java.util.function.IntFunction<T[]> array) {
    return rows.stream().map(field).toArray(array);
  }

  private static java.util.stream.Stream<Row> stream(RowSet<Row> rows) {
    return StreamSupport.stream(rows.spliterator(), false);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  private static @Nullable OffsetDateTime time(@Nullable Instant instant) {
    return instant == null ? null : OffsetDateTime.ofInstant(instant, ZoneOffset.UTC);
  }
}
