package io.impresario.rpc.http;

import io.impresario.rpc.RpcException;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.pgclient.PgException;
import jakarta.ws.rs.WebApplicationException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns whatever was thrown into the error that a client sees. A failure that is nobody's fault but
 * ours is logged here, once, with the request id; what a client or a dependency did is not logged
 * as a bug.
 */
public final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class);

  /** A database that restarts is back within seconds; clients that come sooner only add load. */
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);

  private Failures() {}

  public static RpcException translate(Throwable failure, String requestId) {
    Throwable cause = unwrapped(failure);
    if (cause instanceof RpcException known) {
      return known;
    }
    if (cause instanceof WebApplicationException http) {
      return ofStatus(http.getResponse().getStatus());
    }
    RpcException translated = dependencyFailure(failure);
    if (translated != null) {
      LOG.debugf(failure, "dependency.failed request_id=%s", requestId);
      return translated;
    }
    LOG.errorf(failure, "request.failed request_id=%s", requestId);
    return RpcException.internal();
  }

  /** The envelope for a status that a framework has decided on. */
  public static RpcException ofStatus(int status) {
    return switch (status) {
      case 401 -> RpcException.unauthorized();
      case 404, 406 -> RpcException.notFound("No such procedure");
      case 405 -> RpcException.methodNotSupported();
      case 413 -> RpcException.payloadTooLarge(RpcLimits.MAX_BODY_BYTES);
      case 415 -> RpcException.unsupportedMediaType();
      case 503 -> RpcException.unavailable("The service is not available", DATABASE_RETRY);
      case 504 -> RpcException.timeout("The service took too long");
      default -> status >= 500 ? RpcException.internal() : RpcException.malformed();
    };
  }

  private static Throwable unwrapped(Throwable failure) {
    Throwable current = failure;
    while ((current instanceof CompletionException || current instanceof ExecutionException)
        && current.getCause() != null) {
      current = current.getCause();
    }
    return current;
  }

  private static @Nullable RpcException dependencyFailure(Throwable failure) {
    Throwable current = failure;
    for (int hops = 0; current != null && hops < 10; hops++) {
      if (current instanceof PgException database) {
        return ofSqlState(database.getSqlState());
      }
      if (current instanceof TimeoutException) {
        return RpcException.timeout("The service took too long");
      }
      if (isLostConnection(current)) {
        return databaseUnavailable();
      }
      current = current.getCause();
    }
    return null;
  }

  /**
   * PostgreSQL's classes: 08 connection, 53 resources, 57 operator, 58 system; 25006 is a standby.
   */
  private static @Nullable RpcException ofSqlState(@Nullable String state) {
    if (state == null) {
      return null;
    }
    boolean down =
        state.startsWith("08")
            || state.startsWith("53")
            || state.startsWith("57P")
            || state.startsWith("58")
            || state.equals("25006");
    boolean lostRace = state.equals("40001") || state.equals("40P01") || state.equals("55P03");
    if (down || lostRace) {
      return databaseUnavailable();
    }
    if (state.equals("57014")) {
      return RpcException.timeout("The database took too long");
    }
    boolean badText = state.equals("22021") || state.equals("22P05");
    return badText ? RpcException.malformed() : null;
  }

  /**
   * Vert.x reports a broken or exhausted pool by types that are internal to it, so its words are
   * read too.
   */
  private static boolean isLostConnection(Throwable failure) {
    if (failure instanceof IOException) {
      return true;
    }
    String type = failure.getClass().getName();
    String message = String.valueOf(failure.getMessage());
    return type.equals("io.vertx.sqlclient.ClosedConnectionException")
        || type.startsWith("io.vertx.core") && message.startsWith("Timeout")
        || type.startsWith("io.vertx")
            && (message.contains("Connection was closed")
                || message.contains("Connection is not active")
                || message.contains("connection may have been lost")
                || message.contains("Pool closed"));
  }

  private static RpcException databaseUnavailable() {
    return RpcException.unavailable("The database is not available", DATABASE_RETRY);
  }
}
