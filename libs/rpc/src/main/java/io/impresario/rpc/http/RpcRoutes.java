package io.impresario.rpc.http;

import io.impresario.rpc.Envelope;
import io.impresario.rpc.RpcException;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Clock;

/**
 * What surrounds JAX-RS on a service's port: the request id on every response, and envelopes for
 * what no resource answers.
 */
@ApplicationScoped
public class RpcRoutes {
  /** Before anything of Quarkus, so that even a refused request carries its id. */
  private static final int FIRST = 1000;

  private final Clock clock;

  public RpcRoutes() {
    this.clock = Clock.systemUTC();
  }

  void onFilters(@Observes Filters filters) {
    filters.register(this::begin, FIRST);
  }

  void onRouter(@Observes Router router) {
    router.route().order(Integer.MIN_VALUE).failureHandler(this::fail);
    router.route().last().handler(context -> answer(context, unknownRoute()));
  }

  private void begin(RoutingContext context) {
    String fromClient = context.request().getHeader(RequestIds.HEADER);
    RequestState.begin(context, RequestIds.of(fromClient, clock));
    // A procedure answers in one form, also to a client that asks for another one.
    context.request().headers().remove(HttpHeaders.ACCEPT);
    context.next();
  }

  private void fail(RoutingContext context) {
    Throwable failure = context.failure();
    answer(
        context,
        failure == null
            ? Failures.ofStatus(context.statusCode())
            : Failures.translate(failure, RequestState.requestId(context)));
  }

  private static RpcException unknownRoute() {
    return RpcException.notFound("No such procedure");
  }

  private static void answer(RoutingContext context, RpcException error) {
    if (context.response().headWritten()) {
      context.response().reset();
      return;
    }
    context.response().setStatusCode(error.status()).putHeader("content-type", "application/json");
    error.headers().forEach(context.response()::putHeader);
    context.end(Envelope.errorText(error));
  }
}
