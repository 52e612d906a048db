package io.impresario.sealing;

import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;

/**
 * Brings every sealed value under the newest key, so that older keys can be taken away. Safe to
 * repeat, and to run while the service works and beside another walk.
 */
@ApplicationScoped
public class Resealing {
  private final Pool pool;
  private final KeyRing keys;
  private final List<SealedColumn> columns;

  public Resealing(Pool pool, KeyRing keys, @All List<SealedColumn> columns) {
    this.pool = pool;
    this.keys = keys;
    this.columns = columns;
  }

  /**
   * @param reencrypted values that are under the newest key now and were not before
   * @param failed values that no key of the ring opens
   */
  public record Count(long reencrypted, long failed) {
    static final Count NONE = new Count(0, 0);

    Count plus(Count other) {
      return new Count(reencrypted + other.reencrypted, failed + other.failed);
    }
  }

  /** A whole walk; its counts by the names of the columns. */
  public Uni<Map<String, Count>> run() {
    ResealingWalk walk = walk();
    return Multi.createBy()
        .repeating()
        .uni(walk::next)
        .whilst(ResealingWalk::hasNext)
        .collect()
        .last()
        .map(done -> walk.counts());
  }

  ResealingWalk walk() {
    return new ResealingWalk(pool, keys, columns);
  }
}
