package io.impresario.job.submission;

import io.impresario.events.JobRequested;
import io.impresario.job.limits.QueueCap;
import io.impresario.job.proxy.ProxyChoice;
import io.impresario.job.submission.JobStore.NewJob;
import io.impresario.job.submission.Placement.Placed;
import io.impresario.job.submission.Placement.Reason;
import io.impresario.job.submission.Placement.Refused;
import io.impresario.job.workflow.WorkflowCatalog;
import io.impresario.outbox.intake.Received;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns requests into jobs, in the caller's transaction. A whole batch costs a lookup for each
 * workflow and tenant in it and one round trip for all rows.
 */
@ApplicationScoped
class JobIntake {
  private final JobStore jobs;
  private final WorkflowCatalog workflows;
  private final QueueCap queueCap;
  private final ProxyChoice proxies;

  JobIntake(JobStore jobs, WorkflowCatalog workflows, QueueCap queueCap, ProxyChoice proxies) {
    this.jobs = jobs;
    this.workflows = workflows;
    this.queueCap = queueCap;
    this.proxies = proxies;
  }

  /** A tenant's workflow by its name. */
  private record WorkflowKey(UUID tenant, String workflow) {
    static WorkflowKey of(JobRequested job) {
      return new WorkflowKey(job.tenantId(), job.workflow());
    }
  }

  /** What is known about a batch before it is decided. */
  private record Facts(
      Map<WorkflowKey, WorkflowCatalog.Resolution> workflows, Map<UUID, Integer> room) {}

  /** What becomes of each request, by job id. */
  Uni<Map<UUID, Placement>> place(SqlConnection tx, List<Received<JobRequested>> requests) {
    List<JobRequested> wanted = requests.stream().map(Received::event).toList();
    return facts(tx, wanted).flatMap(facts -> write(tx, requests, facts));
  }

  private Uni<Facts> facts(SqlConnection tx, List<JobRequested> wanted) {
    List<WorkflowKey> keys = wanted.stream().map(WorkflowKey::of).distinct().toList();
    List<UUID> tenants = wanted.stream().map(JobRequested::tenantId).distinct().toList();
    return each(keys, key -> workflows.resolve(tx, key.tenant(), key.workflow()))
        .flatMap(
            found ->
                each(tenants, tenant -> queueCap.room(tx, tenant))
                    .map(room -> new Facts(found, room)));
  }

  private Uni<Map<UUID, Placement>> write(
      SqlConnection tx, List<Received<JobRequested>> requests, Facts facts) {
    Map<UUID, Placement> placements = new LinkedHashMap<>();
    List<NewJob> accepted = new ArrayList<>();
    Map<UUID, Integer> room = new HashMap<>(facts.room);
    for (Received<JobRequested> request : requests) {
      JobRequested job = request.event();
      WorkflowCatalog.@Nullable Serving workflow = serving(facts, job);
      Optional<Refused> refusal = refusal(job, workflow != null, room);
      refusal.ifPresent(refused -> placements.put(job.jobId(), refused));
      if (workflow != null && refusal.isEmpty()) {
        placements.put(job.jobId(), new Placed());
        accepted.add(new NewJob(job, workflow, request.traceparent()));
        room.merge(job.tenantId(), -1, Integer::sum);
      }
    }
    return jobs.insert(tx, accepted).replaceWith(placements);
  }

  /** The contract has one answer for a name that is not ready and for one that is not known. */
  private static WorkflowCatalog.@Nullable Serving serving(Facts facts, JobRequested job) {
    return facts.workflows.get(WorkflowKey.of(job)) instanceof WorkflowCatalog.Serving serving
        ? serving
        : null;
  }

  private Optional<Refused> refusal(JobRequested job, boolean served, Map<UUID, Integer> room) {
    Optional<String> problem = job.spec().problem();
    if (problem.isPresent()) {
      return Optional.of(new Refused(Reason.INVALID, problem.get()));
    }
    if (!job.params().text().stripLeading().startsWith("{")) {
      return Optional.of(new Refused(Reason.INVALID, "params is not an object"));
    }
    if (!served) {
      return Optional.of(
          new Refused(
              Reason.WORKFLOW_NOT_FOUND,
              "No ready deployment has a workflow named '" + job.workflow() + "'"));
    }
    if (job.spec().residentialProxy() != null && !proxies.offersLocations()) {
      return Optional.of(
          new Refused(
              Reason.PROXY_UNAVAILABLE, "No residential proxy is configured on this installation"));
    }
    if (room.getOrDefault(job.tenantId(), 0) <= 0) {
      return Optional.of(
          new Refused(Reason.QUEUE_FULL, "Too many jobs of this tenant are waiting"));
    }
    return Optional.empty();
  }

  /** One after the other: all share the transaction's connection. */
  private static <K, V> Uni<Map<K, V>> each(List<K> keys, Function<K, Uni<V>> step) {
    return Multi.createFrom()
        .iterable(keys)
        .onItem()
        .transformToUniAndConcatenate(key -> step.apply(key).map(value -> Map.entry(key, value)))
        .collect()
        .asMap(Map.Entry::getKey, Map.Entry::getValue);
  }
}
