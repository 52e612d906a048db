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
 * Wakes who listens to a job in this process. This process's own changes are heard at once; those
 * of other replicas when somebody who has looked calls {@link #changed}.
 */
@ApplicationScoped
public class JobChanges {
  private final ConcurrentHashMap<UUID, Set<Listening>> listening = new ConcurrentHashMap<>();

  /** Hears of changes of the job from now on, until it is closed. */
  public Listening listen(UUID job) {
    Listening one = new Listening(job);
    listening.compute(
        job,
        (id, others) -> {
          Set<Listening> all = others == null ? ConcurrentHashMap.newKeySet() : others;
          all.add(one);
          return all;
        });
    return one;
  }

  public void changed(UUID job) {
    listening.getOrDefault(job, Set.of()).forEach(Listening::wake);
  }

  /** The jobs that somebody here listens to. */
  public Set<UUID> listenedTo() {
    return Set.copyOf(listening.keySet());
  }

  /** One listener. Arm it, then look, then wait: so no change falls in between. */
  public final class Listening implements AutoCloseable {
    private final UUID job;
    private CompletableFuture<Void> change = new CompletableFuture<>();

    private Listening(UUID job) {
      this.job = job;
    }

    /** Forgets what was heard so far. */
    public synchronized void arm() {
      if (change.isDone()) {
        change = new CompletableFuture<>();
      }
    }

    /** Ends at the first change since {@link #arm}, or when the limit has passed. */
    public Uni<Void> heard(Duration limit) {
      return Uni.createFrom()
          .completionStage(
              () ->
                  current()
                      .copy()
                      .completeOnTimeout(null, limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
      listening.computeIfPresent(
          job,
          (id, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }

    private synchronized CompletableFuture<Void> current() {
      return change;
    }

    private void wake() {
      current().complete(null);
    }
  }
}
