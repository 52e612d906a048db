package io.impresario.schedule.occurrence;

import io.impresario.schedule.occurrence.OccurrenceEnd.Cancelled;
import io.impresario.schedule.occurrence.OccurrenceEnd.Succeeded;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;

/**
 * Writes the end of an occurrence and what follows for its schedule. Ends may arrive in any order:
 * a failure counts when it is newer than the newest success, a success counts anew the failures
 * that are newer than itself, and only the newest end decides on {@code last_error}.
 */
@ApplicationScoped
class OccurrenceEnding {

  /** First of all, so that ends of one schedule's occurrences count one after the other. */
  private static final String LOCK_SCHEDULE = "SELECT 1 FROM schedule WHERE id = $1 FOR UPDATE";

  private static final String END_IF_STARTED =
      """
      UPDATE occurrence SET outcome = $3, reason = coalesce($4, reason)
       WHERE job_id = $1 AND schedule_id = $2 AND outcome = 'started'
      RETURNING nominal_at
      """;

  private static final String COUNT_FAILURE =
      """
      UPDATE schedule SET
        consecutive_failures = consecutive_failures
          + CASE WHEN last_success_nominal > $2 THEN 0 ELSE 1 END,
        last_error = CASE WHEN last_ended_nominal > $2 THEN last_error ELSE $3 END,
        last_ended_nominal = greatest(last_ended_nominal, $2)
       WHERE id = $1
      """;

  private static final String COUNT_SUCCESS =
      """
      UPDATE schedule SET
        consecutive_failures = CASE
          WHEN last_success_nominal > $2 THEN consecutive_failures
          ELSE (SELECT count(*) FROM occurrence
                 WHERE schedule_id = $1 AND nominal_at > $2 AND outcome IN ('failed', 'rejected'))
        END,
        last_error = CASE WHEN last_ended_nominal > $2 THEN last_error ELSE NULL END,
        last_success_nominal = greatest(last_success_nominal, $2),
        last_ended_nominal = greatest(last_ended_nominal, $2)
       WHERE id = $1
      """;

  /** A rejected occurrence has no job, so the one before it is the last. */
  private static final String FORGET_JOB_IF_REJECTED =
      """
      UPDATE schedule SET last_job_id = (
        SELECT job_id FROM occurrence
         WHERE schedule_id = $1 AND outcome NOT IN ('rejected', 'missed')
         ORDER BY nominal_at DESC LIMIT 1)
       WHERE id = $1 AND last_job_id = $2
         AND EXISTS (SELECT 1 FROM occurrence WHERE job_id = $2 AND outcome = 'rejected')
      """;

  /** All of one batch, in the order of their schedules so that batches cannot deadlock. */
  Uni<Void> applyAll(SqlConnection transaction, List<OccurrenceEnd> ends) {
    List<OccurrenceEnd> ordered =
        ends.stream().sorted(Comparator.comparing(OccurrenceEnd::scheduleId)).toList();
    return Multi.createFrom()
        .iterable(ordered)
        .onItem()
        .transformToUniAndConcatenate(end -> apply(transaction, end))
        .collect()
        .last()
        .replaceWithVoid();
  }

  /** Nothing happens for a deleted schedule, or an occurrence that has ended already. */
  private Uni<Void> apply(SqlConnection transaction, OccurrenceEnd end) {
    return execute(transaction, LOCK_SCHEDULE, Tuple.of(end.scheduleId()))
        .chain(() -> endRow(transaction, end))
        .flatMap(
            rows ->
                rows.size() == 0
                    ? Uni.createFrom().voidItem()
                    : count(transaction, end, rows.iterator().next().getOffsetDateTime(0)));
  }

  private static Uni<RowSet<Row>> endRow(SqlConnection transaction, OccurrenceEnd end) {
    return execute(
        transaction,
        END_IF_STARTED,
        Tuple.of(end.jobId(), end.scheduleId(), end.outcome(), end.reason()));
  }

  private static Uni<Void> count(
      SqlConnection transaction, OccurrenceEnd end, OffsetDateTime nominal) {
    UUID schedule = end.scheduleId();
    if (end instanceof Succeeded) {
      return execute(transaction, COUNT_SUCCESS, Tuple.of(schedule, nominal)).replaceWithVoid();
    }
    if (end instanceof Cancelled) {
      return Uni.createFrom().voidItem();
    }
    return execute(transaction, COUNT_FAILURE, Tuple.of(schedule, nominal, end.reason()))
        .chain(() -> execute(transaction, FORGET_JOB_IF_REJECTED, Tuple.of(schedule, end.jobId())))
        .replaceWithVoid();
  }

  private static Uni<RowSet<Row>> execute(
      SqlConnection transaction, String statement, Tuple parameters) {
    return transaction.preparedQuery(statement).execute(parameters);
  }
}
