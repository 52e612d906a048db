package io.impresario.sql;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Makes the pools of a service. Quarkus asks it for the default one; a feature that must not wait
 * behind the others gets a pool of its own, to the same database.
 */
@Singleton
public class BoundedPools implements PgPoolCreator {
  private final SqlConfig config;
  private final Instance<Pool> defaultPool;
  private final CompletableFuture<List<PgConnectOptions>> databases = new CompletableFuture<>();

  BoundedPools(SqlConfig config, Instance<Pool> defaultPool) {
    this.config = config;
    this.defaultPool = defaultPool;
  }

  @Override
  public Pool create(Input input) {
    databases.complete(List.copyOf(input.pgConnectOptionsList()));
    return open(
        input.vertx(), input.pgConnectOptionsList(), input.poolOptions(), Bounds.of(config));
  }

  /**
   * A pool beside the default one, to the same database with the same login. Whoever makes it
   * closes it.
   *
   * @param name shown by metrics
   */
  public io.vertx.mutiny.sqlclient.Pool another(
      Vertx vertx, String name, int connections, Bounds bounds) {
    PoolOptions options = new PoolOptions().setName(name).setMaxSize(connections);
    return io.vertx.mutiny.sqlclient.Pool.newInstance(open(vertx, databases(), options, bounds));
  }

  /** Known as soon as the default pool is there: its first use makes it. */
  List<PgConnectOptions> databases() {
    defaultPool.get().size();
    return databases.join();
  }

  static Pool open(
      Vertx vertx, List<PgConnectOptions> databases, PoolOptions options, Bounds bounds) {
    return new BoundedDriver(bounds.silence())
        .createPool(
            vertx, databases.stream().map(bounds::applyTo).toList(), bounds.applyTo(options));
  }
}
