package io.impresario.job.submission;

import io.impresario.job.limits.QueueCap;
import io.impresario.job.proxy.ProxyChoice;
import io.impresario.job.submission.JobCandidate.WorkflowKey;
import io.impresario.job.submission.Placement.Placed;
import io.impresario.job.submission.Placement.Reason;
import io.impresario.job.submission.Placement.Refused;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Turns candidates into jobs, in the caller's transaction. A whole batch costs a lookup for each
 * workflow and tenant in it and one round trip for all rows.
 */
@ApplicationScoped
class JobIntake {
  private final JobStore jobs;
  private final WorkflowLookup workflows;
  private final QueueCap queueCap;
  private final ProxyChoice proxies;
  private final Clock clock;

  JobIntake(
      JobStore jobs,
      WorkflowLookup workflows,
      QueueCap queueCap,
      ProxyChoice proxies,
      Clock clock) {
    this.jobs = jobs;
    this.workflows = workflows;
    this.queueCap = queueCap;
    this.proxies = proxies;
    this.clock = clock;
  }

  /** What is known about a batch before it is decided. */
  private record Facts(
      Map<WorkflowKey, Optional<ReadyWorkflow>> workflows, Map<UUID, Integer> room) {}

  /** What becomes of each candidate, by job id. */
  Uni<Map<UUID, Placement>> place(SqlConnection tx, List<JobCandidate> candidates) {
    return facts(tx, candidates).flatMap(facts -> write(tx, candidates, facts));
  }

  private Uni<Facts> facts(SqlConnection tx, List<JobCandidate> candidates) {
    List<WorkflowKey> keys = candidates.stream().map(JobCandidate::workflowKey).distinct().toList();
    List<UUID> tenants = candidates.stream().map(JobCandidate::tenantId).distinct().toList();
    return each(keys, key -> workflows.find(tx, key.tenantId(), key.workflow()))
        .flatMap(
            found ->
                each(tenants, tenant -> queueCap.room(tx, tenant, wanted(candidates, tenant)))
                    .map(room -> new Facts(found, room)));
  }

  private static int wanted(List<JobCandidate> candidates, UUID tenant) {
    return (int) candidates.stream().filter(job -> job.tenantId().equals(tenant)).count();
  }

  private Uni<Map<UUID, Placement>> write(
      SqlConnection tx, List<JobCandidate> candidates, Facts facts) {
    Map<UUID, Placement> placements = new LinkedHashMap<>();
    List<NewJob> accepted = new ArrayList<>();
    Map<UUID, Integer> room = new HashMap<>(facts.room);
    for (JobCandidate candidate : candidates) {
      Optional<ReadyWorkflow> workflow =
          facts.workflows.getOrDefault(candidate.workflowKey(), Optional.empty());
      Optional<Refused> refusal = refusal(candidate, workflow, room);
      refusal.ifPresent(refused -> placements.put(candidate.id(), refused));
      if (refusal.isEmpty()) {
        accepted.add(new NewJob(candidate, workflow.orElseThrow()));
        room.merge(candidate.tenantId(), -1, Integer::sum);
      }
    }
    return jobs.insert(tx, accepted)
        .map(
            times -> {
              for (NewJob job : accepted) {
                UUID id = job.candidate().id();
                Instant createdAt = times.getOrDefault(id, clock.instant());
                placements.put(id, new Placed(createdAt));
              }
              return placements;
            });
  }

  private Optional<Refused> refusal(
      JobCandidate candidate, Optional<ReadyWorkflow> workflow, Map<UUID, Integer> room) {
    if (workflow.isEmpty()) {
      return Optional.of(
          new Refused(
              Reason.WORKFLOW_NOT_FOUND,
              "No ready deployment has a workflow named '" + candidate.order().workflow() + "'"));
    }
    if (candidate.order().residentialProxy() != null && !proxies.offersLocations()) {
      return Optional.of(
          new Refused(
              Reason.PROXY_UNAVAILABLE, "No residential proxy is configured on this installation"));
    }
    if (room.getOrDefault(candidate.tenantId(), 0) <= 0) {
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
