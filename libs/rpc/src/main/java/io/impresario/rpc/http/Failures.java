package io.impresario.rpc.http;

import io.impresario.rpc.RpcException;
import io.impresario.sql.SqlFault;
import io.smallrye.mutiny.TimeoutException;
import jakarta.ws.rs.WebApplicationException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Turns whatever was thrown into the error that a client sees. Only what {@link SqlFault} knows as
 * a failure of the database is one; every other failure is our own, and logged here, once, with the
 * request id.
 */
public final class Failures {
  private static final Logger LOG = Logger.getLogger(Failures.class);

  /** A database that restarts is back within seconds; clients that come sooner only add load. */
  private static final Duration DATABASE_RETRY = Duration.ofSeconds(2);

  /** How deep a cause can lie; a chain that closes on itself ends too. */
  private static final int MAX_HOPS = 10;

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
      case 404 -> RpcException.notFound("No such procedure");
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

  /** Null when no call of the database failed, but something of ours. */
  private static @Nullable RpcException dependencyFailure(Throwable failure) {
    String state = SqlFault.sqlState(failure).orElse("");
    return switch (state) {
      case "57014" -> RpcException.timeout("The database took too long");
      // A text that PostgreSQL cannot hold.
      case "22021", "22P05" -> RpcException.malformed();
      default -> {
        if (isTimeout(failure)) {
          yield RpcException.timeout("The service took too long");
        }
        yield SqlFault.passes(failure) ? databaseUnavailable() : null;
      }
    };
  }

  private static boolean isTimeout(Throwable failure) {
    Throwable current = failure;
    for (int hops = 0; current != null && hops < MAX_HOPS; hops++) {
      if (current instanceof TimeoutException) {
        return true;
      }
      current = current.getCause();
    }
    return false;
  }

  private static RpcException databaseUnavailable() {
    return RpcException.unavailable("The database is not available", DATABASE_RETRY);
  }
}
