package io.impresario.job.ledger;

import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.JobStarted;
import io.impresario.events.JsonText;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.outbox.Outbox;
import io.impresario.rpc.Ids;
import io.impresario.sql.Rows;
import io.vertx.mutiny.sqlclient.Row;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The events of a job's changes. Their ids are derived from the job, so that the fact "this job has
 * finished" has one id however often it would be told.
 */
final class JobEvents {
  private JobEvents() {}

  static Outbox.Entry<JobStarted> started(Row row) {
    UUID job = row.getUUID("id");
    int attempt = row.getInteger("attempt");
    JobStarted event =
        new JobStarted(
            job,
            row.getUUID("tenant_id"),
            row.getString("workflow"),
            row.getUUID("deployment_id"),
            row.getInteger("deployment_version"),
            row.getUUID("schedule_id"),
            attempt,
            Rows.instant(row, "started_at"));
    return new Outbox.Entry<>(
        EventType.JOB_STARTED,
        event,
        Ids.named(job, "started"),
        job.toString(),
        event.tenantId(),
        row.getString("traceparent"));
  }

  static Outbox.Entry<JobFinished> finished(EndedRow job, JobEnd end) {
    @Nullable JsonText result =
        end instanceof JobEnd.Completed done ? new JsonText(done.result()) : null;
    JobEnd.@Nullable Failed failed = end instanceof JobEnd.Failed failure ? failure : null;
    JobFinished event =
        new JobFinished(
            job.id(),
            job.tenantId(),
            job.workflow(),
            job.deploymentId(),
            job.deploymentVersion(),
            outcome(end),
            failed == null ? null : failed.code().text(),
            failed == null ? null : failed.error(),
            failed == null ? null : failed.mappedStack(),
            result,
            job.nonce(),
            job.scheduleId(),
            job.nominalAt(),
            job.createdAt(),
            job.startedAt(),
            job.completedAt(),
            job.spec().skipCallbacks(),
            job.spec().callback());
    return new Outbox.Entry<>(
        EventType.JOB_FINISHED,
        event,
        Ids.named(job.id(), "finished"),
        job.id().toString(),
        job.tenantId(),
        job.traceparent());
  }

  private static JobOutcome outcome(JobEnd end) {
    if (end instanceof JobEnd.Completed) {
      return JobOutcome.COMPLETED;
    }
    return end instanceof JobEnd.Failed ? JobOutcome.FAILED : JobOutcome.CANCELLED;
  }
}
