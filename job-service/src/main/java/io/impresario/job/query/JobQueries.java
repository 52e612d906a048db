package io.impresario.job.query;

import io.impresario.job.lifecycle.JobStatus;
import io.impresario.rpc.Cursor;
import io.impresario.sql.Page;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads jobs by id and by page. */
@ApplicationScoped
class JobQueries {
  private static final String GET =
      """
      SELECT id, deployment_id, deployment_version, workflow_id, workflow, params, status,
             created_at, started_at, completed_at, error, mapped_stack, failure_code, schedule_id,
             result
        FROM jobs WHERE id = $1 AND tenant_id = $2
      """;

  private static final String STATUS = "SELECT status FROM jobs WHERE id = $1 AND tenant_id = $2";

  private static final String EVENTS =
      """
      SELECT seq, event, at, timeline.attempt, from_status, to_status, reason
        FROM job_timeline timeline JOIN jobs ON jobs.id = job_id
       WHERE job_id = $1 AND tenant_id = $2 AND seq > $3
       ORDER BY seq
      """;

  private static final String FAILURE =
      """
      SELECT id, workflow, status, failure_code, error, mapped_stack, params
        FROM jobs WHERE id = $1 AND tenant_id = $2
      """;
  private static final String COLUMNS =
      "id, deployment_id, workflow_id, workflow, status, created_at, completed_at";

  /** Each filter has an index in the order of the page; see V0110 and V0112. */
  private static final String PAGE =
      """
      SELECT %s FROM jobs
       WHERE tenant_id = $1 AND (created_at, id) < ($2, $3)%s
       ORDER BY created_at DESC, id DESC LIMIT $4
      """;

  // The values stand in a query of their own, unknown to the planner. If it knows that nearly all
  // jobs have a status it reads them by time and passes the others by, and the newest are others: a
  // long queue would stand before each completed job.
  private static final String ALL = PAGE.formatted(COLUMNS, "");
  private static final String OF_STATUS =
      PAGE.formatted(COLUMNS, " AND status = (SELECT $5::text)");
  private static final String OF_BOTH =
      PAGE.formatted(COLUMNS, " AND status = (SELECT $5::text) AND workflow = (SELECT $6::text)");

  /** One range of the index by workflow and status for each status, merged. */
  private static final String OF_WORKFLOW =
      """
      SELECT page.* FROM unnest(ARRAY[%s]) AS one (status) CROSS JOIN LATERAL (%s) page
       ORDER BY page.created_at DESC, page.id DESC LIMIT $4
      """
          .formatted(
              Stream.of(JobStatus.values())
                  .map(status -> "'" + status.text() + "'")
                  .collect(Collectors.joining(", ")),
              PAGE.formatted(
                  COLUMNS, " AND workflow = (SELECT $5::text) AND jobs.status = one.status"));

  /** Before every page: later than any job, and the largest id. */
  private static final Cursor NEWEST =
      new Cursor(Instant.parse("9999-01-01T00:00:00Z"), new UUID(-1L, -1L));

  private final Pool pool;

  JobQueries(Pool pool) {
    this.pool = pool;
  }

  Uni<Optional<JobDetails>> get(UUID tenant, UUID job) {
    return pool.preparedQuery(GET)
        .execute(Tuple.of(job, tenant))
        .map(rows -> Rows.first(rows, JobDetails::of));
  }

  Uni<Optional<JobStatus>> status(UUID tenant, UUID job) {
    return pool.preparedQuery(STATUS)
        .execute(Tuple.of(job, tenant))
        .map(rows -> Rows.first(rows, row -> JobStatus.of(row.getString("status"))));
  }

  /** What happened after the given entry of the timeline, in order. */
  Uni<List<TimelineEntry>> events(UUID tenant, UUID job, int after) {
    return pool.preparedQuery(EVENTS)
        .execute(Tuple.of(job, tenant, after))
        .map(rows -> Rows.all(rows, TimelineEntry::of));
  }

  /** The report on a failed job. */
  Uni<Optional<DebugReport>> report(UUID tenant, UUID job) {
    return pool.preparedQuery(FAILURE)
        .execute(Tuple.of(job, tenant))
        .map(rows -> Rows.first(rows, DebugReport::of));
  }

  Uni<Page<JobSummary>> page(
      UUID tenant,
      @Nullable JobStatus status,
      @Nullable String workflow,
      @Nullable Cursor cursor,
      int limit) {
    Cursor before = cursor == null ? NEWEST : cursor;
    Tuple values =
        Tuple.tuple()
            .addUUID(tenant)
            .addOffsetDateTime(Values.utc(before.time()))
            .addUUID(before.id())
            .addInteger(limit + 1);
    if (status != null) {
      values.addString(status.text());
    }
    if (workflow != null) {
      values.addString(workflow);
    }
    return pool.preparedQuery(statement(status, workflow))
        .execute(values)
        .map(found -> Page.of(Rows.all(found, JobSummary::of), limit, JobSummary::cursor));
  }

  private static String statement(@Nullable JobStatus status, @Nullable String workflow) {
    if (status != null) {
      return workflow == null ? OF_STATUS : OF_BOTH;
    }
    return workflow == null ? ALL : OF_WORKFLOW;
  }
}
