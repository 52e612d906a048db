package io.impresario.sql;

import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What a failure of a database call says about trying again. The table of SQLSTATEs is here and
 * nowhere else. What is not in it, exceptions of our own code above all, is {@link #PERMANENT}: a
 * list of what passes can be checked, a list of what does not can only grow.
 */
public enum SqlFault {
  /** The database cannot be used at the moment: away, overloaded, starting, refusing logins. */
  TRANSIENT,
  /** This transaction lost against another one; run again, it may win. */
  CONFLICT,
  /** The same call fails again however often it is made. */
  PERMANENT;

  private static final String UNIQUE_VIOLATION = "23505";

  /** How deep a cause can lie: ORM, driver and Mutiny wrap three times at most. */
  private static final int MAX_HOPS = 10;

  /** Looks through the causes for the first one that is known. */
  public static SqlFault of(Throwable failure) {
    return causes(failure)
        .map(SqlFault::known)
        .flatMap(Optional::stream)
        .findFirst()
        .orElse(PERMANENT);
  }

  /** Whether the same call may work later. */
  public static boolean passes(Throwable failure) {
    return of(failure) != PERMANENT;
  }

  /** What PostgreSQL answered; empty when the failure is not an answer of PostgreSQL. */
  public static Optional<String> sqlState(Throwable failure) {
    return causes(failure).map(SqlFault::stateOf).flatMap(Optional::stream).findFirst();
  }

  public static boolean isUniqueViolation(Throwable failure) {
    return sqlState(failure).filter(UNIQUE_VIOLATION::equals).isPresent();
  }

  private static Stream<Throwable> causes(Throwable failure) {
    return Stream.<@Nullable Throwable>iterate(failure, one -> one == null ? null : one.getCause())
        .limit(MAX_HOPS)
        .takeWhile(one -> one != null)
        .map(one -> one);
  }

  private static Optional<SqlFault> known(Throwable one) {
    Optional<String> state = stateOf(one);
    if (state.isPresent()) {
      return Optional.of(ofState(state.get()));
    }
    return isOfTheConnection(one) ? Optional.of(TRANSIENT) : Optional.empty();
  }

  private static Optional<String> stateOf(Throwable one) {
    if (one instanceof PgException postgres) {
      return Optional.ofNullable(postgres.getSqlState());
    }
    return one instanceof SQLException jdbc
        ? Optional.ofNullable(jdbc.getSQLState())
        : Optional.empty();
  }

  /** Appendix A of PostgreSQL's manual. */
  private static SqlFault ofState(String state) {
    return switch (state) {
      // Lock not available; object in use.
      case "55P03", "55006" -> CONFLICT;
      // A standby; the pause in a transaction was too long, or the transaction was.
      case "25006", "25P03", "25P04" -> TRANSIENT;
      // No such database: it is just being made, or restored.
      case "3D000" -> TRANSIENT;
      default ->
          switch (state.length() < 2 ? "" : state.substring(0, 2)) {
            // Serialization failure, deadlock.
            case "40" -> CONFLICT;
            // Connection; login refused (a password is being changed); resources; operator
            // (restart, statement timeout); system.
            case "08", "28", "53", "57", "58" -> TRANSIENT;
            default -> PERMANENT;
          };
    };
  }

  /** As sockets throw it. What reads a format, Jackson for example, may quote any words. */
  private static boolean isRaw(Throwable one) {
    return one.getClass() == IOException.class || one.getClass().getName().startsWith("io.netty.");
  }

  /**
   * Vert.x reports a lost connection and a pool that is used up by general types, so their words
   * are read too. A JDBC exception without a state comes from the pool.
   */
  private static boolean isOfTheConnection(Throwable one) {
    if (one instanceof ClosedConnectionException
        || one instanceof SQLException
        || one instanceof SocketException
        || one instanceof SocketTimeoutException
        || one instanceof UnknownHostException
        || one instanceof ClosedChannelException
        || one instanceof SSLException
        || one instanceof TimeoutException
        || one instanceof io.smallrye.mutiny.TimeoutException) {
      return true;
    }
    String message = String.valueOf(one.getMessage());
    if (one instanceof IOException) {
      return isRaw(one)
          && (message.contains("Connection reset") || message.contains("Broken pipe"));
    }
    return (one instanceof VertxException || one instanceof NoStackTraceThrowable)
        && Stream.of(
                "Timeout",
                "Connection was closed",
                "Connection is not active",
                "connection has been closed",
                "Pool closed")
            .anyMatch(message::contains);
  }
}
