package io.impresario.gateway.front;

import io.impresario.gateway.route.Route;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.RequestIds;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One request on the public port and its response, from the first byte to the log line. Every
 * response leaves through here. Used on the event loop of its connection only.
 */
final class Exchange {
  /** What a refused client may go on sending before we hang up on it. */
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

  Exchange(Vertx vertx, HttpServerRequest request, String requestId, long startNanos) {
    this.vertx = vertx;
    this.context = vertx.getOrCreateContext();
    this.request = request;
    this.requestId = requestId;
    this.startNanos = startNanos;
    request.response().putHeader(RequestIds.HEADER, requestId);
  }

  HttpServerRequest request() {
    return request;
  }

  HttpServerResponse response() {
    return request.response();
  }

  Vertx vertx() {
    return vertx;
  }

  String requestId() {
    return requestId;
  }

  long startNanos() {
    return startNanos;
  }

  void routed(Route to) {
    procedure = to.procedure();
  }

  /** For what is served without a route. */
  void named(String name) {
    procedure = name;
  }

  /** What logs and metrics call this request. */
  String procedure() {
    return procedure;
  }

  void admitted(Caller as) {
    caller = as;
  }

  @Nullable Caller caller() {
    return caller;
  }

  long requestBytes() {
    return requestBytes;
  }

  void received(int bytes) {
    requestBytes += bytes;
  }

  void bodyEnded() {
    bodyEnded = true;
  }

  boolean isBodyEnded() {
    return bodyEnded;
  }

  /** Runs something on this exchange's event loop, wherever it is called. */
  void later(Runnable step) {
    context.runOnContext(ignored -> step.run());
  }

  /**
   * Whether nobody can be answered any more, because somebody was or because the client is gone.
   */
  boolean isOver() {
    return answered || response().ended() || response().closed();
  }

  /** Takes the right to answer: the first of competing outcomes gets it. */
  boolean claimAnswer() {
    if (isOver()) {
      return false;
    }
    answered = true;
    return true;
  }

  void refuse(RpcException error) {
    if (!claimAnswer()) {
      return;
    }
    error.headers().forEach(response()::putHeader);
    send(error.status(), JSON, Buffer.buffer(Envelope.errorText(error)));
  }

  void answer(String json) {
    answer(JSON, Buffer.buffer(json));
  }

  void answer(String contentType, Buffer content) {
    if (claimAnswer()) {
      send(200, contentType, content);
    }
  }

  /** Ends a response whose head is out and whose rest will never come. */
  void breakOff() {
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
