package io.impresario.gateway.call;

import io.impresario.gateway.route.Route;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.RequestIds;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request on the public port and its response, from the first byte to the log line. Every
 * response leaves through here. Used on the event loop of its connection only.
 */
public final class PublicCall {
  /** How long a refused client may go on sending before its connection is closed. */
  private static final Duration DISCARD_LIMIT = Duration.ofSeconds(30);

  private static final String JSON = "application/json";

  private final Context context;
  private final Vertx vertx;
  private final HttpServerRequest request;
  private final String requestId;
  private final long startNanos;
  private String procedure = "unknown";
  private @Nullable Caller caller;
  private long requestBytes;
  private boolean bodyEnded;
  private boolean answered;
  private Consumer<RpcException> ending = this::refuse;

  public PublicCall(Vertx vertx, HttpServerRequest request, String requestId, long startNanos) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.request = request;
    this.requestId = requestId;
    this.startNanos = startNanos;
    request.response().putHeader(RequestIds.HEADER, requestId);
  }

  public HttpServerRequest request() {
    return request;
  }

  public HttpServerResponse response() {
    return request.response();
  }

  public Vertx vertx() {
    return vertx;
  }

  public String requestId() {
    return requestId;
  }

  public long startNanos() {
    return startNanos;
  }

  public void routed(Route to) {
    procedure = to.procedure();
  }

  /** For what is served without a route. */
  public void named(String name) {
    procedure = name;
  }

  /** What logs and metrics call this request. */
  public String procedure() {
    return procedure;
  }

  public void admitted(Caller as) {
    caller = as;
  }

  public @Nullable Caller caller() {
    return caller;
  }

  public long requestBytes() {
    return requestBytes;
  }

  public void received(int bytes) {
    requestBytes += bytes;
  }

  public void bodyEnded() {
    bodyEnded = true;
  }

  public boolean isBodyEnded() {
    return bodyEnded;
  }

  /** Goes on with what the work brings, on this call's event loop. */
  public <T> void when(Uni<T> work, Consumer<T> done, Consumer<Throwable> failed) {
    work.subscribe()
        .with(
            item -> context.runOnContext(ignored -> done.accept(item)),
            failure -> context.runOnContext(ignored -> failed.accept(failure)));
  }

  /** Goes on when the work is over, on this call's event loop, however it ended. */
  public void after(Uni<Void> work, Runnable next) {
    when(work, done -> next.run(), failure -> next.run());
  }

  /** Whether no answer can be sent any more: one was, or the client has disconnected. */
  public boolean isOver() {
    return answered || response().ended() || response().closed();
  }

  /** Takes the right to answer: the first of competing outcomes gets it. */
  public boolean claimAnswer() {
    if (isOver()) {
      return false;
    }
    answered = true;
    return true;
  }

  public void refuse(RpcException error) {
    if (!claimAnswer()) {
      return;
    }
    error.headers().forEach(response()::putHeader);
    send(error.status(), JSON, Buffer.buffer(Envelope.errorText(error)));
  }

  /** Who passes an answer on ends it in its own way, also in the middle. */
  public void endsBy(Consumer<RpcException> way) {
    ending = way;
  }

  /** Ends the call for a reason that came up while it was served. */
  public void end(RpcException reason) {
    ending.accept(reason);
  }

  /** Whether the response is out, or its client is gone. */
  public boolean isServed() {
    return response().ended() || response().closed();
  }

  public void answer(String json) {
    answer(JSON, Buffer.buffer(json));
  }

  public void answer(String contentType, Buffer content) {
    if (claimAnswer()) {
      send(200, contentType, content);
    }
  }

  /** Ends a response whose head is out and whose rest will never come. */
  public void breakOff() {
    request.connection().close();
  }

  private void send(int status, String contentType, Buffer content) {
    boolean neverContinued = !bodyEnded && request.headers().contains("expect");
    if (neverContinued) {
      response().putHeader("connection", "close");
    }
    response().setStatusCode(status).putHeader("content-type", contentType).end(content);
    if (neverContinued) {
      request.connection().close();
    } else {
      discardRest();
    }
  }

  /**
   * Reads what the client is still sending, so that it gets to read the answer and keep its
   * connection.
   */
  private void discardRest() {
    if (bodyEnded) {
      return;
    }
    long timer = vertx.setTimer(DISCARD_LIMIT.toMillis(), ignored -> request.connection().close());
    request.handler(ignored -> {});
    request.endHandler(ignored -> vertx.cancelTimer(timer));
    request.exceptionHandler(ignored -> vertx.cancelTimer(timer));
    request.resume();
  }
}
