package io.impresario.job.query;

import io.impresario.job.ledger.JobChanges;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;

/** Waits for a job's end, holding no thread and no connection meanwhile. */
@ApplicationScoped
class JobWait {
  /** How soon a change that another replica made is seen here. */
  static final Duration LOOK = Duration.ofMillis(500);

  private final JobQueries jobs;
  private final JobChanges changes;

  JobWait(JobQueries jobs, JobChanges changes) {
    this.jobs = jobs;
    this.changes = changes;
  }

  /** Ends when the job has ended or does not exist, or when the limit has passed. */
  Uni<Void> forEnd(UUID tenant, UUID job, Duration limit) {
    long until = System.nanoTime() + limit.toNanos();
    return Uni.createFrom()
        .deferred(() -> look(tenant, job))
        .repeat()
        .whilst(over -> !over && System.nanoTime() < until)
        .collect()
        .last()
        .replaceWithVoid();
  }

  /** Listens before it looks, so that no change falls in between. */
  private Uni<Boolean> look(UUID tenant, UUID job) {
    Uni<Void> change = changes.next(job, LOOK).memoize().indefinitely();
    change.subscribe().with(ignored -> {});
    return jobs.status(tenant, job)
        .flatMap(
            status ->
                status.isEmpty() || status.get().ended()
                    ? Uni.createFrom().item(true)
                    : change.replaceWith(false));
  }
}
