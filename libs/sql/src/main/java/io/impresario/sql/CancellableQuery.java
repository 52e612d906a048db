package io.impresario.sql;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.pgclient.PgConnection;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;

/**
 * A query that may take long and that nobody needs once its caller is gone: when its subscription
 * is cancelled, PostgreSQL is asked to end it. The pool's own queries go on to their end, and keep
 * a connection for that long.
 */
public final class CancellableQuery {
  private static final String CANCELLED = "57014";

  private CancellableQuery() {}

  /** A failure as a value: one that arrives after the caller has gone is not logged as lost. */
  private record Outcome<T>(@Nullable T value, @Nullable Throwable failure) {
    static <T> Uni<Outcome<T>> of(Uni<T> work) {
      return work.onItemOrFailure().transform(Outcome::new).memoize().indefinitely();
    }

    Uni<T> result() {
      return failure == null ? Uni.createFrom().item(value) : Uni.createFrom().failure(failure);
    }

    boolean isCancelled() {
      return failure != null && SqlFault.sqlState(failure).filter(CANCELLED::equals).isPresent();
    }
  }

  public static Uni<RowSet<Row>> execute(Pool pool, String sql, Tuple parameters) {
    return Uni.createFrom()
        .deferred(
            () -> {
              Uni<Outcome<SqlConnection>> acquired = Outcome.of(pool.getConnection());
              return acquired
                  .onCancellation()
                  .call(() -> giveBack(acquired))
                  .flatMap(Outcome::result)
                  .flatMap(connection -> execute(connection, sql, parameters));
            });
  }

  private static Uni<RowSet<Row>> execute(SqlConnection connection, String sql, Tuple parameters) {
    Uni<Outcome<RowSet<Row>>> query = Outcome.of(connection.preparedQuery(sql).execute(parameters));
    return query
        .onCancellation()
        .call(() -> cancel(connection, query))
        .call(() -> release(connection))
        .flatMap(Outcome::result);
  }

  private static Uni<Void> cancel(SqlConnection connection, Uni<Outcome<RowSet<Row>>> query) {
    return PgConnection.cast(connection)
        .cancelRequest()
        .onFailure()
        .recoverWithNull()
        .chain(() -> query)
        .chain(end -> end.isCancelled() ? Uni.createFrom().voidItem() : terminate(connection))
        .chain(() -> release(connection));
  }

  /** The query was faster, and the request to cancel must not meet the next one. */
  private static Uni<Void> terminate(SqlConnection connection) {
    return connection
        .query("SELECT pg_terminate_backend(pg_backend_pid())")
        .execute()
        .replaceWithVoid()
        .onFailure()
        .recoverWithNull();
  }

  private static Uni<Void> giveBack(Uni<Outcome<SqlConnection>> acquired) {
    return acquired
        .flatMap(Outcome::result)
        .flatMap(SqlConnection::close)
        .onFailure()
        .recoverWithNull();
  }

  private static Uni<Void> release(SqlConnection connection) {
    return connection.close().onFailure().recoverWithNull();
  }
}
