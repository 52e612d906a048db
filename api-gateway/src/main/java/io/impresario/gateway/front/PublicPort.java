package io.impresario.gateway.front;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.call.PublicCall;
import io.impresario.gateway.call.Recorder;
import io.impresario.gateway.forward.ServiceConnections;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.IdentityTokens;
import io.impresario.rpc.http.RequestIds;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The server that clients connect to: HTTP/1.1 on Vert.x itself, one instance per event loop, each
 * with its own connections to the services, so that no byte changes threads.
 */
@ApplicationScoped
public class PublicPort {
  /** A key, a trace context and unrelated cookies fit; more is an attack or a mistake. */
  private static final int MAX_HEADER_BYTES = 16 << 10;

  private static final int MAX_REQUEST_LINE_BYTES = 8 << 10;

  /** Longer than the longest silence of a working connection, which is a minute of jobs/wait. */
  private static final int IDLE_SECONDS = 120;

  /** Names for random ports in this JVM; Quarkus takes the first few for its own servers. */
  private static final AtomicInteger RANDOM_PORTS = new AtomicInteger(1000);

  private final Vertx vertx;
  private final GatewayConfig config;
  private final FrontDoor door;
  private final IdentityTokens identities;
  private final Recorder recorder;
  private final Clock clock;
  private final AtomicLong inFlight = new AtomicLong();
  private final AtomicInteger port = new AtomicInteger(-1);
  private volatile boolean draining;

  @Inject
  public PublicPort(
      Vertx vertx,
      GatewayConfig config,
      FrontDoor door,
      IdentityTokens identities,
      Recorder recorder,
      Clock clock) {
    this.vertx = vertx;
    this.config = config;
    this.door = door;
    this.identities = identities;
    this.recorder = recorder;
    this.clock = clock;
  }

  /** Completes with the deployment's id when every instance listens. */
  Future<String> open(String host, int wantedPort) {
    int instances = Math.max(1, Runtime.getRuntime().availableProcessors());
    // Vert.x lets instances that ask for the same negative port share one random port.
    int asked = wantedPort == 0 ? -RANDOM_PORTS.incrementAndGet() : wantedPort;
    return vertx.deployVerticle(
        () -> new Instance(host, asked), new DeploymentOptions().setInstances(instances));
  }

  /** The port that is listened on; -1 before that. */
  public int port() {
    return port.get();
  }

  boolean isOpen() {
    return port.get() > 0 && !draining;
  }

  /** From now on connections are closed after their answer. */
  void drain() {
    draining = true;
  }

  long inFlight() {
    return inFlight.get();
  }

  private void serve(HttpServerRequest request, ServiceConnections services) {
    String requestId = RequestIds.of(request.getHeader(RequestIds.HEADER), clock);
    PublicCall call = new PublicCall(vertx, request, requestId, System.nanoTime());
    inFlight.incrementAndGet();
    watchEnd(call);
    if (draining) {
      call.response().putHeader("connection", "close");
    }
    door.handle(call, services);
  }

  private void watchEnd(PublicCall call) {
    call.response()
        .endHandler(
            ignored -> {
              inFlight.decrementAndGet();
              recorder.served(call, call.response().ended());
              if (draining) {
                call.request().connection().close();
              }
            });
  }

  /** A request that is not valid HTTP: a broken request line, too large a head, bad framing. */
  private void refuseInvalid(HttpServerRequest request) {
    RpcException error = refusal(request.decoderResult().cause());
    request
        .response()
        .setStatusCode(error.status())
        .putHeader("content-type", "application/json")
        .putHeader("connection", "close")
        .putHeader(RequestIds.HEADER, RequestIds.of(null, clock))
        .end(Envelope.errorText(error));
    request.connection().close();
  }

  private static RpcException refusal(@Nullable Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return RpcException.uriTooLong(MAX_REQUEST_LINE_BYTES);
    }
    return cause instanceof TooLongHttpHeaderException
        ? RpcException.headersTooLarge(MAX_HEADER_BYTES)
        : RpcException.malformed();
  }

  private HttpServerOptions options() {
    return new HttpServerOptions()
        .setMaxHeaderSize(MAX_HEADER_BYTES)
        .setMaxInitialLineLength(MAX_REQUEST_LINE_BYTES)
        .setIdleTimeout(IDLE_SECONDS)
        .setHttp2ClearTextEnabled(false)
        .setHandle100ContinueAutomatically(false)
        .setCompressionSupported(false)
        .setTcpNoDelay(true)
        .setAcceptBacklog(1024);
  }

  private final class Instance extends AbstractVerticle {
    private final String host;
    private final int askedPort;

    Instance(String host, int askedPort) {
      this.host = host;
      this.askedPort = askedPort;
    }

    @Override
    public void start(Promise<Void> started) {
      ServiceConnections services = new ServiceConnections(vertx, config, identities, recorder);
      HttpServer server = vertx.createHttpServer(options());
      server
          .requestHandler(request -> serve(request, services))
          .invalidRequestHandler(PublicPort.this::refuseInvalid)
          .connectionHandler(StrictVersions::watch)
          .exceptionHandler(ignored -> {})
          .listen(askedPort, host)
          .map(
              listening -> {
                port.set(listening.actualPort());
                return (Void) null;
              })
          .onComplete(started);
    }
  }
}
