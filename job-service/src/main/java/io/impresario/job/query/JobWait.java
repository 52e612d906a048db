package io.impresario.job.query;

import io.impresario.job.ledger.JobChanges;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;

/** Waits for a job's end, holding no thread and no connection meanwhile. */
@ApplicationScoped
class JobWait {
  /** Nothing is heard of while the database is away; then one looks for oneself. */
  private static final Duration LOOK_AT_LEAST_EVERY = Duration.ofSeconds(10);

  private final JobQueries jobs;
  private final JobChanges changes;
  private final WaitingClients clients;

  JobWait(JobQueries jobs, JobChanges changes, WaitingClients clients) {
    this.jobs = jobs;
    this.changes = changes;
    this.clients = clients;
  }

  /** Ends when the job has ended or does not exist, or when the limit has passed. */
  Uni<Void> forEnd(UUID tenant, UUID job, Duration limit) {
    return Uni.createFrom()
        .deferred(
            () -> {
              long until = System.nanoTime() + limit.toNanos();
              WaitingClients.Place place = clients.enter(tenant);
              return untilOver(
                      job,
                      () -> Duration.ofNanos(until - System.nanoTime()),
                      () -> isOver(tenant, job))
                  .onTermination()
                  .invoke(place::close);
            });
  }

  /**
   * Looks now and whenever the job has changed, until a look says that it is over or no time is
   * left.
   */
  Uni<Void> untilOver(UUID job, Supplier<Duration> left, Supplier<Uni<Boolean>> look) {
    JobChanges.Listening listening = changes.listen(job);
    return Uni.createFrom()
        .deferred(
            () -> {
              listening.arm();
              return look.get()
                  .flatMap(
                      over ->
                          over || left.get().isNegative()
                              ? Uni.createFrom().item(true)
                              : listening.heard(atMost(left.get())).replaceWith(false));
            })
        .repeat()
        .until(over -> over)
        .collect()
        .last()
        .onTermination()
        .invoke(listening::close)
        .replaceWithVoid();
  }

  private static Duration atMost(Duration left) {
    return left.compareTo(LOOK_AT_LEAST_EVERY) < 0 ? left.plusMillis(1) : LOOK_AT_LEAST_EVERY;
  }

  private Uni<Boolean> isOver(UUID tenant, UUID job) {
    return jobs.status(tenant, job).map(status -> status.isEmpty() || status.get().ended());
  }
}
