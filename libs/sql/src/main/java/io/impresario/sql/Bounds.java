package io.impresario.sql;

import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The limits of a pool's connections. The server's limits end what it is asked to do; the limit on
 * silence ends what the server never hears of, or never answers: a reply that was lost, a network
 * that swallows bytes. It closes the connection, because nothing else frees it.
 *
 * @param statement for one statement, kept by the server
 * @param transactionIdle for a pause inside a transaction, kept by the server
 * @param silence without a byte in either direction, kept by the client; longer than the two others
 * @param acquire for a caller that waits for a connection
 */
public record Bounds(
    Duration statement, Duration transactionIdle, Duration silence, Duration acquire) {
  /** A server on the same network accepts at once; this leaves room for one lost packet or two. */
  private static final int CONNECT_MILLIS = 5_000;

  public Bounds {
    if (silence.compareTo(statement) <= 0 || silence.compareTo(transactionIdle) <= 0) {
      throw new IllegalArgumentException(
          "The limit on silence (%s) must be longer than those of a statement (%s) and of an idle transaction (%s)"
              .formatted(silence, statement, transactionIdle));
    }
  }

  static Bounds of(SqlConfig config) {
    return new Bounds(
        config.statementTimeout(),
        config.transactionIdleTimeout(),
        config.silenceLimit(),
        config.acquireTimeout());
  }

  PgConnectOptions applyTo(PgConnectOptions options) {
    return new PgConnectOptions(options)
        .addProperty("statement_timeout", Long.toString(statement.toMillis()))
        .addProperty(
            "idle_in_transaction_session_timeout", Long.toString(transactionIdle.toMillis()))
        .setTcpKeepAlive(true)
        .setConnectTimeout(CONNECT_MILLIS);
  }

  /**
   * The pool retires an idle connection before the limit on silence can close it: a caller is then
   * never given one that is just being closed.
   */
  PoolOptions applyTo(PoolOptions options) {
    return new PoolOptions(options)
        .setIdleTimeout(Math.toIntExact(silence.toMillis() * 3 / 4))
        .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
        .setPoolCleanerPeriod(Math.toIntExact(Math.max(1, silence.toMillis() / 20)))
        .setConnectionTimeout(Math.toIntExact(acquire.toMillis()))
        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS);
  }
}
