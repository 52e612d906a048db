package io.impresario.schedule.firing;

import io.impresario.events.JobSource;
import io.impresario.outbox.Outbox;
import io.impresario.rpc.Ids;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.schedule.definition.WorkflowDirectory;
import io.impresario.schedule.occurrence.Occurrence;
import io.impresario.schedule.occurrence.OccurrenceStore;
import io.impresario.sealing.KeyRing;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Starts a job of a schedule now, by hand; a disabled schedule can be triggered too. */
@ApplicationScoped
class ScheduleTrigger {
  private static final Logger LOG = Logger.getLogger(ScheduleTrigger.class);

  private final WorkflowDirectory workflows;
  private final DueScheduleStore schedules;
  private final OccurrenceStore occurrences;
  private final Outbox outbox;
  private final JobRequests requests;
  private final Clock clock;

  ScheduleTrigger(
      WorkflowDirectory workflows,
      DueScheduleStore schedules,
      OccurrenceStore occurrences,
      Outbox outbox,
      KeyRing keys,
      Clock clock) {
    this.workflows = workflows;
    this.schedules = schedules;
    this.occurrences = occurrences;
    this.outbox = outbox;
    this.requests = new JobRequests(keys);
    this.clock = clock;
  }

  /** Answers the id of the job, which exists once job-service has taken the request. */
  Uni<UUID> trigger(RpcRequest request, UUID scheduleId) {
    UUID tenant = request.caller().tenantId();
    return schedules
        .find(tenant, scheduleId)
        .map(ScheduleTrigger::foundOr404)
        .call(template -> check(request, template))
        .chain(() -> outbox.transaction(transaction -> start(transaction, request, scheduleId)));
  }

  /** Outside the transaction, which must not wait for another service. */
  private Uni<Void> check(RpcRequest request, JobTemplate template) {
    Uni<Void> workflow = workflows.check(request, template.workflow());
    return template.spec().residentialProxy() == null
        ? workflow
        : workflow.chain(() -> workflows.checkLocation(request));
  }

  private static JobTemplate foundOr404(Optional<JobTemplate> found) {
    return found.orElseThrow(() -> RpcException.notFound("Schedule not found"));
  }

  private Uni<UUID> start(SqlConnection transaction, RpcRequest request, UUID scheduleId) {
    return schedules
        .lock(transaction, request.caller().tenantId(), scheduleId)
        .map(ScheduleTrigger::foundOr404)
        .flatMap(
            template ->
                schedules
                    .now(transaction)
                    .flatMap(now -> start(transaction, template, now, request.traceparent())));
  }

  private Uni<UUID> start(
      SqlConnection transaction, JobTemplate template, Instant time, @Nullable String traceparent) {
    UUID jobId = Ids.next(clock);
    Instant now = time.truncatedTo(ChronoUnit.MILLIS);
    Occurrence occurrence =
        new Occurrence(
            jobId,
            template.scheduleId(),
            Occurrence.Source.TRIGGER,
            now,
            now,
            Occurrence.Outcome.STARTED,
            "triggered by hand");
    return occurrences
        .insert(transaction, List.of(occurrence))
        .chain(
            () ->
                outbox.append(
                    transaction,
                    requests.entry(template, jobId, JobSource.TRIGGER, now, now, traceparent)))
        .chain(() -> schedules.triggered(transaction, template.scheduleId(), now, jobId))
        .invoke(
            () ->
                LOG.infof(
                    "schedule.triggered schedule_id=%s tenant_id=%s workflow=\"%s\" job_id=%s",
                    template.scheduleId(), template.tenantId(), template.workflow(), jobId))
        .replaceWith(jobId);
  }
}
