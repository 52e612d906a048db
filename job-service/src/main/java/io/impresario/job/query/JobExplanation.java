package io.impresario.job.query;

import io.impresario.job.lifecycle.JobStatus;
import io.impresario.job.limits.LimitsConfig;
import io.impresario.sql.Rows;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Says why a job waits: which limit holds it, or that all slots are in use. */
@ApplicationScoped
class JobExplanation {
  private static final String WHY =
      """
      SELECT job.status,
             coalesce(own.max_running, common.max_running, $3::integer) AS tenant_limit,
             coalesce(exact.max_running, own.max_running_workflow, common.max_running_workflow,
                      $4::integer) AS workflow_limit,
             (SELECT count(*)::integer FROM jobs WHERE tenant_id = $2
                 AND active) AS tenant_running,
             (SELECT count(*)::integer FROM jobs WHERE tenant_id = $2
                 AND workflow = job.workflow
                 AND active) AS workflow_running,
             (SELECT count(*)::integer FROM jobs
               WHERE active) AS all_running,
             CASE WHEN job.status = 'queued' THEN
               (SELECT count(*)::integer + 1 FROM jobs WHERE tenant_id = $2 AND status = 'queued'
                   AND (created_at, id) < (job.created_at, job.id)) END AS position
        FROM jobs job
        LEFT JOIN job_limits exact
          ON exact.tenant_id = job.tenant_id AND exact.workflow = job.workflow
        LEFT JOIN job_limits own ON own.tenant_id = job.tenant_id AND own.workflow = ''
        LEFT JOIN job_limits common
          ON common.tenant_id = '00000000-0000-0000-0000-000000000000' AND common.workflow = ''
       WHERE job.id = $1 AND job.tenant_id = $2
      """;

  private final Pool pool;
  private final LimitsConfig limits;

  JobExplanation(Pool pool, LimitsConfig limits) {
    this.pool = pool;
    this.limits = limits;
  }

  /**
   * Why a job is where it is.
   *
   * @param waitsFor what must happen first: {@code workflow_limit}, {@code tenant_limit} or {@code
   *     slot}; null when it does not wait
   * @param position in its tenant's queue, from 1
   */
  record Explained(
      UUID jobId,
      String status,
      @Nullable String waitsFor,
      @Nullable Integer position,
      int running,
      int runningOfWorkflow,
      int limitRunning,
      int limitRunningOfWorkflow,
      String message) {}

  Uni<Optional<Explained>> of(UUID tenant, UUID job) {
    return pool.preparedQuery(WHY)
        .execute(Tuple.of(job, tenant, limits.tenantRunning(), limits.workflowRunning()))
        .map(rows -> Rows.first(rows, row -> explain(job, row)));
  }

  private static Explained explain(UUID job, Row row) {
    String status = row.getString("status");
    int running = row.getInteger("tenant_running");
    int runningOfWorkflow = row.getInteger("workflow_running");
    int limit = row.getInteger("tenant_limit");
    int limitOfWorkflow = row.getInteger("workflow_limit");
    String waitsFor = null;
    String message = "The job is not waiting: it is " + status;
    if (JobStatus.of(status) == JobStatus.QUEUED) {
      if (runningOfWorkflow >= limitOfWorkflow) {
        waitsFor = "workflow_limit";
        message = limitOfWorkflow + " jobs of this workflow may run at once, and that many do";
      } else if (running >= limit) {
        waitsFor = "tenant_limit";
        message = limit + " jobs of this tenant may run at once, and that many do";
      } else {
        waitsFor = "slot";
        message =
            "No limit holds it; it waits for its turn at a free slot ("
                + row.getInteger("all_running")
                + " jobs are running in all)";
      }
    }
    return new Explained(
        job,
        status,
        waitsFor,
        row.getInteger("position"),
        running,
        runningOfWorkflow,
        limit,
        limitOfWorkflow,
        message);
  }
}
