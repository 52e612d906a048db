package io.impresario.gateway.forward;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.call.PublicCall;
import io.impresario.gateway.call.Recorder;
import io.impresario.gateway.route.Access;
import io.impresario.gateway.route.Owner;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.Route.Answer;
import io.impresario.rpc.Caller;
import io.impresario.rpc.http.IdentityTokens;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/**
 * The connections of one event loop to the owning services. Calls that last long have a pool of
 * their own, so that a thousand waiting clients do not keep the short calls of others waiting.
 */
public final class ServiceConnections {
  private final HttpClient shortCalls;
  private final HttpClient longCalls;
  private final Map<Owner, Upstreams> upstreams = new EnumMap<>(Owner.class);
  private final IdentityTokens identities;
  private final Recorder recorder;

  public ServiceConnections(
      Vertx vertx, GatewayConfig config, IdentityTokens identities, Recorder recorder) {
    this.identities = identities;
    this.recorder = recorder;
    this.shortCalls = client(vertx, config, config.forwarding().connections());
    this.longCalls = client(vertx, config, config.forwarding().longConnections());
    upstreams.put(Owner.JOB, upstreams(config, config.jobServiceUrl()));
    upstreams.put(Owner.SCHEDULE, upstreams(config, config.scheduleServiceUrl()));
    upstreams.put(Owner.CALLBACK, upstreams(config, config.callbackServiceUrl()));
    upstreams.put(Owner.LOG, upstreams(config, config.logServiceUrl()));
  }

  public void forward(PublicCall call, Route route) {
    Caller tenant = call.caller();
    Caller caller =
        tenant == null && route.access() == Access.OPERATOR ? Caller.operator() : tenant;
    Upstreams replicas = upstreams.get(route.owner());
    if (caller == null || replicas == null) {
      throw new IllegalStateException("a call without a caller is not forwarded: " + route.path());
    }
    boolean isLong = route.answer() == Answer.LONG || route.answer() == Answer.STREAM;
    Iterator<ServiceReplica> untried = replicas.inTurn(System.nanoTime()).iterator();
    new Forwarding(call, route, recorder, () -> identities.make(caller))
        .start(() -> connect(isLong ? longCalls : shortCalls, route, untried));
  }

  /** A connection to the first of these that takes one: nothing has been sent to any of them. */
  private Future<HttpClientRequest> connect(
      HttpClient client, Route route, Iterator<ServiceReplica> untried) {
    if (!untried.hasNext()) {
      return Future.failedFuture(new ConnectException("no replica is left to try"));
    }
    ServiceReplica replica = untried.next();
    return client
        .request(to(replica.address(), route))
        .onSuccess(
            request -> {
              if (client == shortCalls) {
                listen(replica, request);
              }
            })
        .recover(
            failure -> {
              // Any other failure means that our own queue is full.
              if (failure instanceof IOException) {
                replica.refused(System.nanoTime());
              }
              return connect(client, route, untried);
            });
  }

  private static void listen(ServiceReplica replica, HttpClientRequest request) {
    replica.sent(System.nanoTime());
    request
        .response()
        .onSuccess(answer -> replica.heard(System.nanoTime()))
        .onFailure(lost -> replica.gaveUp(System.nanoTime()));
  }

  static RequestOptions to(URI address, Route route) {
    boolean isSecure = "https".equalsIgnoreCase(address.getScheme());
    int standardPort = isSecure ? 443 : 80;
    return new RequestOptions()
        .setMethod(HttpMethod.POST)
        .setHost(address.getHost())
        .setPort(address.getPort() < 0 ? standardPort : address.getPort())
        .setSsl(isSecure)
        .setURI(route.path());
  }

  private static Upstreams upstreams(GatewayConfig config, List<URI> addresses) {
    return new Upstreams(addresses, config.forwarding().leaveOut(), config.forwarding().silence());
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
