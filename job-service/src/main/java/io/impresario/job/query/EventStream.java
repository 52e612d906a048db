package io.impresario.job.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.RpcException;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** One client's oRPC v1 event iterator, as server-sent events. */
final class EventStream {
  /** Keeps proxies between us and the client from closing a quiet connection. */
  private static final long COMMENT_EVERY_MS = 5_000;

  private static final String COMMENT = ": \n\n";

  private final RoutingContext context;
  private final HttpServerResponse response;
  private final ObjectMapper json;
  private final long timer;

  /** Answers with the head of a stream that ends when the client or the caller ends it. */
  EventStream(RoutingContext context, ObjectMapper json) {
    this.context = context;
    this.response = context.response();
    this.json = json;
    response
        .setChunked(true)
        .putHeader("content-type", "text/event-stream")
        .putHeader("cache-control", "no-cache");
    write(COMMENT);
    this.timer = context.vertx().setPeriodic(COMMENT_EVERY_MS, id -> write(COMMENT));
  }

  /** Once: when the client has gone, or has gone already, or the stream has ended. */
  void whenGone(Runnable action) {
    response.closeHandler(
        closed -> {
          context.vertx().cancelTimer(timer);
          action.run();
        });
    if (isGone()) {
      context.vertx().cancelTimer(timer);
      action.run();
    }
  }

  void message(int id, Object data) {
    write("event: message\nid: " + id + "\ndata: " + envelope(data) + "\n\n");
  }

  void done() {
    end("event: done\ndata: " + envelope(null) + "\n\n");
  }

  void fail() {
    RpcException error = RpcException.unavailable("The stream broke off", Duration.ofSeconds(1));
    end("event: error\ndata: " + Envelope.errorText(error) + "\n\n");
  }

  private void end(String last) {
    context.vertx().cancelTimer(timer);
    if (!isGone()) {
      response.end(last);
    }
  }

  private boolean isGone() {
    return response.closed() || response.ended();
  }

  private void write(String text) {
    if (!isGone()) {
      response.write(text);
    }
  }

  private String envelope(@Nullable Object data) {
    try {
      return json.writeValueAsString(new Envelope(data));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("our own records are JSON", e);
    }
  }
}
