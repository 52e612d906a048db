package io.impresario.job.ledger;

import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Wakes who waits for a job in this process when this process has changed it. A change by another
 * replica is not heard of here, so every wait has a limit after which one looks for oneself.
 */
@ApplicationScoped
public class JobChanges {
  private final ConcurrentHashMap<UUID, Set<CompletableFuture<Void>>> waiting =
      new ConcurrentHashMap<>();

  /** Ends at the next change of the job, or when the limit has passed. */
  public Uni<Void> next(UUID job, Duration limit) {
    return Uni.createFrom()
        .completionStage(
            () -> {
              CompletableFuture<Void> wake = new CompletableFuture<>();
              add(job, wake);
              return wake.completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS)
                  .whenComplete((nothing, failure) -> remove(job, wake));
            });
  }

  public void changed(UUID job) {
    Set<CompletableFuture<Void>> waiters = waiting.remove(job);
    if (waiters != null) {
      waiters.forEach(wake -> wake.complete(null));
    }
  }

  private void add(UUID job, CompletableFuture<Void> wake) {
    waiting.compute(
        job,
        (id, waiters) -> {
          Set<CompletableFuture<Void>> all =
              waiters == null ? ConcurrentHashMap.newKeySet() : waiters;
          all.add(wake);
          return all;
        });
  }

  private void remove(UUID job, CompletableFuture<Void> wake) {
    waiting.computeIfPresent(
        job,
        (id, waiters) -> {
          waiters.remove(wake);
          return waiters.isEmpty() ? null : waiters;
        });
  }
}
