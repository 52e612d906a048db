package io.impresario.job.limits;

import io.smallrye.mutiny.Uni;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Lets a tenant's work run a little at a time in this process, in the order in which it came. */
final class TenantQueue {
  /** One that is under way, and one that is ready when it ends. */
  private static final int AT_ONCE = 2;

  private static final class Line {
    private int running;
    private final Deque<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  }

  private final Map<UUID, Line> lines = new HashMap<>();

  /** Memoized, so that a client who leaves takes no turn with it: what has its turn is done. */
  <T> Uni<T> run(UUID tenant, Supplier<Uni<T>> work) {
    return Uni.createFrom()
        .completionStage(() -> enter(tenant))
        .chain(
            () -> Uni.createFrom().deferred(work::get).onTermination().invoke(() -> leave(tenant)))
        .memoize()
        .indefinitely();
  }

  private synchronized CompletableFuture<Void> enter(UUID tenant) {
    Line line = lines.computeIfAbsent(tenant, any -> new Line());
    if (line.running < AT_ONCE) {
      line.running++;
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<Void> turn = new CompletableFuture<>();
    line.waiting.add(turn);
    return turn;
  }

  private void leave(UUID tenant) {
    CompletableFuture<Void> next = next(tenant);
    if (next != null) {
      next.complete(null);
    }
  }

  private synchronized @Nullable CompletableFuture<Void> next(UUID tenant) {
    Line line = lines.get(tenant);
    if (line == null) {
      return null;
    }
    CompletableFuture<Void> next = line.waiting.poll();
    if (next == null && --line.running == 0) {
      lines.remove(tenant);
    }
    return next;
  }
}
