package io.impresario.job.ledger;

import io.impresario.job.lifecycle.JobEnd;
import io.impresario.job.lifecycle.JobLifecycle;
import io.impresario.job.lifecycle.JobStatus;
import io.impresario.outbox.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The one place where a job's status changes after it was claimed. Each method answers whether the
 * change was made; a false means that the job was not in the state, or not in the hands, that the
 * change supposes, and that nothing was written.
 */
@ApplicationScoped
public class JobLedger {
  private static final String START =
      """
      WITH job AS (
        UPDATE jobs
           SET status = 'running', started_at = clock_timestamp(),
               due_at = clock_timestamp() + make_interval(secs => (spec::json ->> 'timeout_seconds')::integer),
               timeline_seq = timeline_seq + 1
         WHERE id = $1 AND attempt = $2 AND owner = $3 AND status = 'starting_browser'
        RETURNING *
      ), noted AS (
        INSERT INTO job_timeline (job_id, seq, event, at, attempt, from_status, to_status)
        SELECT id, timeline_seq, 'handler_started', started_at, attempt, 'starting_browser', status
          FROM job
      )
      SELECT id, tenant_id, workflow, deployment_id, deployment_version, schedule_id, attempt,
             started_at, traceparent
        FROM job
      """;

  private static final String NOTE_BROWSER_READY =
      """
      WITH job AS (
        UPDATE jobs SET timeline_seq = timeline_seq + 1
         WHERE id = $1 AND attempt = $2 AND owner = $3 AND status = 'starting_browser'
        RETURNING id, timeline_seq, attempt, status
      )
      INSERT INTO job_timeline (job_id, seq, event, attempt, from_status, to_status)
      SELECT id, timeline_seq, 'browser_ready', attempt, status, status FROM job
      """;

  /**
   * Which state a job was in is told by what the table's constraints tie to it: no claim while
   * queued, no start before running. Once a cancel was asked for, cancelled is the only end.
   */
  private static final String END =
      """
      WITH job AS (
        UPDATE jobs
           SET status = $3, failure_code = $4, error = $5, mapped_stack = $6, result = $7,
               completed_at = clock_timestamp(), owner = NULL, lease_expires_at = NULL,
               due_at = NULL, timeline_seq = timeline_seq + 1
         WHERE id = $1
           AND status = ANY ($2::text[])
           AND ($3 = 'cancelled' OR cancel_requested_at IS NULL)
           AND ($8::integer IS NULL OR attempt = $8)
           AND ($9::uuid IS NULL OR owner = $9)
           AND ($10::uuid IS NULL OR tenant_id = $10)
           AND ($11::float8 IS NULL OR due_at <= clock_timestamp() - make_interval(secs => $11))
           AND (NOT $12::boolean OR lease_expires_at < clock_timestamp())
           AND ($13::float8 IS NULL
                OR cancel_requested_at <= clock_timestamp() - make_interval(secs => $13))
           AND (NOT $14::boolean OR status = 'queued')
        RETURNING id, tenant_id, workflow, deployment_id, deployment_version, attempt, created_at,
                  claimed_at, started_at, completed_at, schedule_id, nominal_at, nonce,
                  spec, callback_secret_sealed, traceparent, timeline_seq, status, failure_code
      ), noted AS (
        INSERT INTO job_timeline (job_id, seq, event, at, attempt, from_status, to_status, reason)
        SELECT id, timeline_seq, 'ended', completed_at, attempt,
               CASE WHEN claimed_at IS NULL THEN 'queued'
                    WHEN started_at IS NULL THEN 'starting_browser'
                    ELSE 'running' END,
               status, failure_code
          FROM job
      )
      SELECT * FROM job
      """;

  /** Not one whose time in the queue is over by now, nor one that was launched too often. */
  private static final String GIVE_BACK =
      """
      WITH job AS (
        UPDATE jobs
           SET status = 'queued', owner = NULL, lease_expires_at = NULL, claimed_at = NULL,
               due_at = created_at
                 + make_interval(secs => (spec::json ->> 'queue_ttl_seconds')::integer),
               timeline_seq = timeline_seq + 1
         WHERE id = $1 AND attempt = $2 AND owner = $3 AND status = 'starting_browser'
           AND attempt < $4 AND cancel_requested_at IS NULL
           AND coalesce(created_at
                 + make_interval(secs => (spec::json ->> 'queue_ttl_seconds')::integer)
                 > clock_timestamp(), true)
        RETURNING id, timeline_seq, attempt, status
      )
      INSERT INTO job_timeline (job_id, seq, event, attempt, from_status, to_status, reason)
      SELECT id, timeline_seq, 'given_back', attempt, 'starting_browser', status, 'launch_failed'
        FROM job
      """;

  private static final String ALLOW =
      """
      UPDATE jobs SET due_at = clock_timestamp() + make_interval(secs => $4)
       WHERE id = $1 AND attempt = $2 AND owner = $3 AND status = 'starting_browser'
      """;

  private static final String REQUEST_CANCEL =
      """
      WITH job AS (
        UPDATE jobs
           SET cancel_requested_at = clock_timestamp(), timeline_seq = timeline_seq + 1
         WHERE id = $1 AND tenant_id = $2 AND cancel_requested_at IS NULL
           AND active
        RETURNING id, timeline_seq, attempt, status
      )
      INSERT INTO job_timeline (job_id, seq, event, attempt, from_status, to_status)
      SELECT id, timeline_seq, 'cancel_requested', attempt, status, status FROM job
      """;

  private final Pool pool;
  private final Outbox outbox;
  private final JobChanges changes;
  private final JobLog log;

  JobLedger(Pool pool, Outbox outbox, JobChanges changes, JobLog log) {
    this.pool = pool;
    this.outbox = outbox;
    this.changes = changes;
    this.log = log;
  }

  /** The handler was called: its time runs from here, by the database's clock. */
  public Uni<Boolean> started(UUID job, int attempt, UUID owner) {
    return outbox
        .transaction(
            tx ->
                tx.preparedQuery(START)
                    .execute(Tuple.of(job, attempt, owner))
                    .flatMap(rows -> appendStarted(tx, rows)))
        .invoke(made -> announce(job, made));
  }

  /** The browser is there; the handler has not been called yet. */
  public Uni<Boolean> browserReady(UUID job, int attempt, UUID owner) {
    return pool.preparedQuery(NOTE_BROWSER_READY)
        .execute(Tuple.of(job, attempt, owner))
        .map(rows -> rows.rowCount() > 0)
        .invoke(made -> announce(job, made));
  }

  /**
   * Its launch failed before its handler was reached: it waits again, in its old place.
   *
   * @param maxAttempts how often it may be launched in all
   */
  public Uni<Boolean> giveBack(UUID job, int attempt, UUID owner, int maxAttempts) {
    return pool.preparedQuery(GIVE_BACK)
        .execute(Tuple.of(job, attempt, owner, maxAttempts))
        .map(rows -> rows.rowCount() > 0)
        .invoke(made -> log.givenBack(job, attempt, made))
        .invoke(made -> announce(job, made));
  }

  /** The launch of a job that its owner prepares may take so long from now on. */
  public Uni<Boolean> allow(UUID job, int attempt, UUID owner, Duration limit) {
    return pool.preparedQuery(ALLOW)
        .execute(Tuple.of(job, attempt, owner, seconds(limit)))
        .map(rows -> rows.rowCount() > 0);
  }

  /** Asks whoever runs the job to stop it; from here on it can only end as cancelled. */
  public Uni<Boolean> requestCancel(UUID tenant, UUID job) {
    return pool.preparedQuery(REQUEST_CANCEL)
        .execute(Tuple.of(job, tenant))
        .map(rows -> rows.rowCount() > 0)
        .invoke(made -> announce(job, made));
  }

  /** Ends the job if the lifecycle has this move from where it stands and the guard holds. */
  public Uni<Boolean> end(UUID job, JobEnd end, Guard guard) {
    return outbox
        .transaction(
            tx ->
                tx.preparedQuery(END)
                    .execute(values(job, end, guard))
                    .flatMap(rows -> appendFinished(tx, rows, end)))
        .invoke(
            ended -> {
              if (ended != null) {
                log.ended(ended, end);
              }
            })
        .map(ended -> ended != null)
        .invoke(made -> announce(job, made));
  }

  private Uni<Boolean> appendStarted(SqlConnection tx, RowSet<Row> rows) {
    if (!rows.iterator().hasNext()) {
      return Uni.createFrom().item(false);
    }
    return outbox.append(tx, JobEvents.started(rows.iterator().next())).replaceWith(true);
  }

  private Uni<@Nullable EndedRow> appendFinished(SqlConnection tx, RowSet<Row> rows, JobEnd end) {
    if (!rows.iterator().hasNext()) {
      return Uni.createFrom().nullItem();
    }
    EndedRow ended = EndedRow.of(rows.iterator().next());
    return outbox.append(tx, JobEvents.finished(ended, end)).replaceWith(ended);
  }

  private void announce(UUID job, boolean made) {
    if (made) {
      changes.changed(job);
    }
  }

  private static Tuple values(UUID job, JobEnd end, Guard guard) {
    JobEnd.@Nullable Failed failed = end instanceof JobEnd.Failed failure ? failure : null;
    String[] sources =
        JobLifecycle.sourcesOf(end).stream().map(JobStatus::text).toArray(String[]::new);
    return Tuple.tuple()
        .addUUID(job)
        .addArrayOfString(sources)
        .addString(end.status().text())
        .addString(failed == null ? null : failed.code().text())
        .addString(failed == null ? null : storable(failed.error()))
        .addString(failed == null ? null : storable(failed.mappedStack()))
        .addString(end instanceof JobEnd.Completed completed ? completed.result() : null)
        .addInteger(guard.attempt())
        .addUUID(guard.owner())
        .addUUID(guard.tenant())
        .addDouble(seconds(guard.overdue()))
        .addBoolean(guard.leaseExpired())
        .addDouble(seconds(guard.cancelOverdue()))
        .addBoolean(guard.unclaimed());
  }

  /** PostgreSQL's text cannot hold the character U+0000, and a workflow may throw anything. */
  private static @Nullable String storable(@Nullable String text) {
    return text == null ? null : text.replace('\0', '\uFFFD');
  }

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : duration.toMillis() / 1000.0;
  }
}
