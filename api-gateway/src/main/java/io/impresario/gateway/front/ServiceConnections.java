package io.impresario.gateway.front;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.route.Owner;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.Route.Answer;
import io.impresario.rpc.Caller;
import io.impresario.rpc.http.IdentityTokens;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;

/**
 * The connections of one event loop to the owning services. Calls that last long have a pool of
 * their own, so that a thousand waiting clients do not keep the short calls of others waiting.
 */
final class ServiceConnections {
  private final HttpClient shortCalls;
  private final HttpClient longCalls;
  private final Map<Owner, URI> addresses = new EnumMap<>(Owner.class);
  private final IdentityTokens identities;
  private final Recorder recorder;

  ServiceConnections(
      Vertx vertx, GatewayConfig config, IdentityTokens identities, Recorder recorder) {
    this.identities = identities;
    this.recorder = recorder;
    this.shortCalls = client(vertx, config, config.forwarding().connections());
    this.longCalls = client(vertx, config, config.forwarding().longConnections());
    addresses.put(Owner.JOB, config.jobServiceUrl());
    addresses.put(Owner.SCHEDULE, config.scheduleServiceUrl());
    addresses.put(Owner.CALLBACK, config.callbackServiceUrl());
    addresses.put(Owner.LOG, config.logServiceUrl());
  }

  void forward(Exchange exchange, Route route) {
    Caller caller = exchange.caller();
    URI address = addresses.get(route.owner());
    if (caller == null || address == null) {
      throw new IllegalStateException("only tenants' calls are forwarded: " + route.path());
    }
    boolean isLong = route.answer() == Answer.LONG || route.answer() == Answer.STREAM;
    RequestOptions options =
        new RequestOptions()
            .setMethod(HttpMethod.POST)
            .setHost(address.getHost())
            .setPort(address.getPort() < 0 ? 80 : address.getPort())
            .setURI(route.path());
    new Forwarding(exchange, route, recorder)
        .start((isLong ? longCalls : shortCalls).request(options), identities.make(caller));
  }

  private static HttpClient client(Vertx vertx, GatewayConfig config, int connections) {
    HttpClientOptions options =
        new HttpClientOptions()
            .setConnectTimeout((int) config.forwarding().connectTimeout().toMillis())
            .setKeepAlive(true)
            // Shorter than any service's own limit: an idle connection is closed from this side
            // first.
            .setKeepAliveTimeout(30)
            .setMaxWaitQueueSize(connections)
            .setTcpNoDelay(true)
            .setDecompressionSupported(false);
    return vertx.createHttpClient(
        options, new PoolOptions().setHttp1MaxSize(connections).setEventLoopSize(0));
  }
}
