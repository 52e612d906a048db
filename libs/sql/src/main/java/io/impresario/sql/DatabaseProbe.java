package io.impresario.sql;

import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.Duration;

/**
 * Tells whether PostgreSQL answers, by a connection of its own: a pool that has leaked all of its
 * connections must not look like a database that is down.
 */
@Singleton
public class DatabaseProbe {
  private static final Duration LIMIT = Duration.ofSeconds(2);
  private static final Bounds BOUNDS =
      new Bounds(LIMIT.dividedBy(2), LIMIT.dividedBy(2), LIMIT, LIMIT);

  private final BoundedPools pools;
  private final Vertx vertx;

  DatabaseProbe(BoundedPools pools, Vertx vertx) {
    this.pools = pools;
    this.vertx = vertx;
  }

  /** Ends within seconds, and never fails. */
  public Uni<Boolean> answers() {
    return Uni.createFrom()
        .deferred(() -> ask(pools.another(vertx, "probe", 1, BOUNDS)))
        .onFailure()
        .recoverWithItem(false);
  }

  private static Uni<Boolean> ask(Pool own) {
    return own.query("SELECT 1").execute().replaceWith(true).onTermination().call(own::close);
  }
}
