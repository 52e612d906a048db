package io.impresario.gateway.front;

import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.Route.Answer;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.ContentTypes;
import io.impresario.rpc.http.Failures;
import io.impresario.rpc.http.RequestIds;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a service and back, in pieces both ways. Whoever ends it first (the
 * answer, the time limit, a body that grows too large, a client that hangs up, a service that dies)
 * ends it for all.
 */
final class Forwarding {
  /** How the trail marks a call whose client did not wait for the answer, after nginx's custom. */
  private static final int CLIENT_CLOSED = 499;

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final List<String> PASSED_ON =
      List.of(
          "content-type", "content-length", "accept", "last-event-id", "tracestate", "user-agent");
  private static final List<String> PASSED_BACK =
      List.of(
          "content-type",
          "content-length",
          "x-impresario-warnings",
          "retry-after",
          "allow",
          "cache-control");

  private final Exchange exchange;
  private final Route route;
  private final Recorder recorder;
  private final AuditSubject subject = new AuditSubject();
  private final long timer;
  private @Nullable HttpClientRequest upstream;
  private boolean over;

  Forwarding(Exchange exchange, Route route, Recorder recorder) {
    this.exchange = exchange;
    this.route = route;
    this.recorder = recorder;
    this.timer = exchange.vertx().setTimer(route.timeout().toMillis(), ignored -> fail(tooSlow()));
    exchange.response().closeHandler(ignored -> abandon());
    exchange.response().exceptionHandler(ignored -> abandon());
  }

  void start(Future<HttpClientRequest> connecting, String identity) {
    connecting.onComplete(
        connected -> {
          if (connected.failed()) {
            fail(down());
          } else if (over) {
            connected.result().reset();
          } else {
            send(connected.result(), identity);
          }
        });
  }

  private void send(HttpClientRequest to, String identity) {
    upstream = to;
    HttpServerRequest from = exchange.request();
    for (String name : PASSED_ON) {
      String value = from.getHeader(name);
      if (value != null) {
        to.putHeader(name, value);
      }
    }
    to.putHeader(IdentityToken.HEADER, identity);
    to.putHeader(RequestIds.HEADER, exchange.requestId());
    to.putHeader("traceparent", Traces.continued(from.getHeader("traceparent")));
    to.exceptionHandler(ignored -> fail(down()));
    to.response()
        .onComplete(
            answered -> {
              if (answered.succeeded()) {
                receive(answered.result());
              } else {
                fail(down());
              }
            });
    sendBody(from, to);
  }

  private void sendBody(HttpServerRequest from, HttpClientRequest to) {
    boolean bounded = from.headers().contains("content-length");
    if (!bounded && !from.headers().contains("transfer-encoding")) {
      to.end();
      from.resume();
      return;
    }
    if (!bounded) {
      to.setChunked(true);
    }
    if (from.headers().contains("expect")) {
      exchange.response().writeContinue();
    }
    from.handler(part -> sendPart(from, to, part));
    from.endHandler(
        ignored -> {
          exchange.bodyEnded();
          if (!over) {
            to.end();
          }
        });
    from.exceptionHandler(ignored -> abandon());
    from.resume();
  }

  private void sendPart(HttpServerRequest from, HttpClientRequest to, Buffer part) {
    exchange.received(part.length());
    if (over) {
      return;
    }
    if (exchange.requestBytes() > route.maxBodyBytes()) {
      fail(RpcException.payloadTooLarge(route.maxBodyBytes()));
      return;
    }
    if (route.audited()) {
      subject.add(part);
    }
    to.write(part);
    if (to.writeQueueFull()) {
      from.pause();
      to.drainHandler(ignored -> from.resume());
    }
  }

  private void receive(HttpClientResponse answer) {
    if (over) {
      return;
    }
    answer.pause();
    if (answer.statusCode() >= 400 && !ContentTypes.isJson(answer.getHeader("content-type"))) {
      fail(Failures.ofStatus(answer.statusCode()));
      return;
    }
    if (route.answer() == Answer.STREAM) {
      exchange.vertx().cancelTimer(timer);
    }
    recorder
        .audit(exchange, route, subject, answer.statusCode())
        .whenComplete((done, never) -> exchange.later(() -> passBack(answer)));
  }

  private void passBack(HttpClientResponse answer) {
    if (over || !exchange.claimAnswer()) {
      return;
    }
    HttpServerResponse to = exchange.response();
    to.setStatusCode(answer.statusCode());
    for (String name : PASSED_BACK) {
      String value = answer.getHeader(name);
      if (value != null) {
        to.putHeader(name, value);
      }
    }
    if (!to.headers().contains("content-length")) {
      to.setChunked(true);
    }
    answer
        .pipeTo(to)
        .onComplete(
            piped -> {
              boolean cut = piped.failed();
              finish();
              if (cut) {
                exchange.breakOff();
              }
            });
  }

  /**
   * The client is gone: so is the reason for the call. What it may have changed leaves its trace.
   */
  private void abandon() {
    if (!over) {
      finish();
      resetUpstream();
      if (!exchange.response().headWritten()) {
        recorder.audit(exchange, route, subject, CLIENT_CLOSED);
      }
    }
  }

  private void fail(RpcException error) {
    if (over) {
      return;
    }
    finish();
    resetUpstream();
    if (exchange.response().headWritten()) {
      exchange.breakOff();
    } else {
      recorder
          .audit(exchange, route, subject, error.status())
          .whenComplete((done, never) -> exchange.later(() -> exchange.refuse(error)));
    }
  }

  private void finish() {
    over = true;
    exchange.vertx().cancelTimer(timer);
  }

  private void resetUpstream() {
    if (upstream != null) {
      upstream.reset();
    }
  }

  private RpcException down() {
    return RpcException.unavailable(
        "The " + route.owner().serviceName() + " is not available", RETRY);
  }

  private RpcException tooSlow() {
    return RpcException.timeout("The " + route.owner().serviceName() + " took too long");
  }
}
