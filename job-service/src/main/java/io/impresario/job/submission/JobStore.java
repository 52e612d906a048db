package io.impresario.job.submission;

import io.impresario.events.JobRequested;
import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.SpecDocument;
import io.impresario.job.workflow.WorkflowCatalog;
import io.impresario.sql.Rows;
import io.impresario.sql.Values;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Writes new jobs, each with the first entry of its timeline. */
@ApplicationScoped
class JobStore {
  static final String INSERT =
      """
      WITH job AS (
        INSERT INTO jobs (id, tenant_id, workflow, workflow_id, deployment_id, deployment_version,
          source, schedule_id, nominal_at, nonce, traceparent, params, spec,
          callback_secret_sealed, credential_names, due_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
          now() + make_interval(secs => $16::integer))
        ON CONFLICT (id) DO NOTHING
        RETURNING id, created_at
      )
      INSERT INTO job_timeline (job_id, seq, event, at, attempt, to_status)
      SELECT id, 1, 'queued', created_at, 0, 'queued' FROM job
      """;

  private static final String EXISTING = "SELECT id FROM jobs WHERE id = ANY ($1::uuid[])";

  /** A request that becomes a job on this deployment of its workflow. */
  record NewJob(JobRequested job, WorkflowCatalog.Serving workflow, @Nullable String traceparent) {
    /**
     * The browser's options are settled here: the job's, else the workflow's, else the defaults.
     */
    private Tuple row() {
      JobSpec spec = job.spec();
      BrowserOptions browser =
          spec.browser().orElse(workflow.browser()).orElse(BrowserOptions.DEFAULTS);
      return Tuple.tuple()
          .addUUID(job.jobId())
          .addUUID(job.tenantId())
          .addString(job.workflow())
          .addUUID(workflow.workflowId())
          .addUUID(workflow.deploymentId())
          .addInteger(workflow.version())
          .addString(job.source().name().toLowerCase(Locale.ROOT))
          .addUUID(job.scheduleId())
          .addOffsetDateTime(Values.utcOrNull(job.nominalAt()))
          .addString(job.nonce())
          .addString(traceparent)
          .addString(job.params().text())
          .addString(SpecDocument.write(spec.withBrowser(browser)))
          .addString(spec.secretSealed())
          .addArrayOfString(workflow.credentialNames().toArray(String[]::new))
          .addInteger(spec.queueTtlSeconds());
    }
  }

  /** A job that is there already stays as it is. */
  Uni<Void> insert(SqlConnection tx, List<NewJob> jobs) {
    return jobs.isEmpty()
        ? Uni.createFrom().voidItem()
        : tx.preparedQuery(INSERT)
            .executeBatch(jobs.stream().map(NewJob::row).toList())
            .replaceWithVoid();
  }

  Uni<Set<UUID>> existing(SqlConnection tx, List<UUID> ids) {
    return tx.preparedQuery(EXISTING)
        .execute(Tuple.tuple().addArrayOfUUID(ids.toArray(UUID[]::new)))
        .map(rows -> Set.copyOf(Rows.all(rows, row -> row.getUUID("id"))));
  }
}
