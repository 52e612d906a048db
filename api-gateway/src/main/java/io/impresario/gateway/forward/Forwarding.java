package io.impresario.gateway.forward;

import io.impresario.gateway.call.AuditSubject;
import io.impresario.gateway.call.PublicCall;
import io.impresario.gateway.call.Recorder;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.Route.Answer;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.ContentTypes;
import io.impresario.rpc.http.Failures;
import io.impresario.rpc.http.RequestIds;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a service and back, in pieces both ways. Whoever ends it first (the
 * answer, the time limit, a body that grows too large, a client that hangs up, a service that dies)
 * ends it for all. A call that changes nothing survives the death of a replica.
 */
final class Forwarding {
  /** The status in the trail of a call whose client did not wait for the answer, as in nginx. */
  private static final int CLIENT_CLOSED = 499;

  private static final Duration RETRY = Duration.ofSeconds(2);
  private static final List<String> PASSED_ON =
      List.of("content-type", "content-length", "last-event-id", "tracestate", "user-agent");
  private static final List<String> PASSED_BACK =
      List.of(
          "content-type",
          "content-length",
          "x-impresario-warnings",
          "retry-after",
          "allow",
          "cache-control");

  private final PublicCall call;
  private final Route route;
  private final Recorder recorder;
  private final AuditSubject subject = new AuditSubject();
  private final KeptBody sent;
  private final Supplier<String> identity;
  private final long deadline;
  private long timer;
  private @Nullable HttpClientRequest upstream;
  private boolean begun;
  private boolean answered;
  private boolean over;

  Forwarding(PublicCall call, Route route, Recorder recorder, Supplier<String> identity) {
    this.call = call;
    this.route = route;
    this.recorder = recorder;
    this.identity = identity;
    this.sent = new KeptBody(route.changesNothing());
    this.deadline = System.nanoTime() + route.timeout().toNanos();
    limit(route.timeout());
    call.response().closeHandler(ignored -> abandon());
    call.response().exceptionHandler(ignored -> abandon());
    call.endsBy(this::fail);
  }

  private void limit(Duration time) {
    timer = call.vertx().setTimer(Math.max(1, time.toMillis()), ignored -> fail(tooSlow()));
  }

  /**
   * @param connect gives a connection to one more replica each time, and fails when none is left
   */
  void start(Supplier<Future<HttpClientRequest>> connect) {
    connect
        .get()
        .onComplete(
            connected -> {
              if (connected.failed()) {
                fail(down());
              } else if (over) {
                connected.result().reset();
              } else {
                send(connected.result(), connect);
              }
            });
  }

  private void send(HttpClientRequest to, Supplier<Future<HttpClientRequest>> connect) {
    boolean again = begun;
    begun = true;
    upstream = to;
    putHeaders(to);
    to.exceptionHandler(ignored -> lost(to, connect));
    to.response()
        .onComplete(
            answered -> {
              if (answered.failed()) {
                lost(to, connect);
              } else if (upstream == to) {
                receive(answered.result());
              }
            });
    if (!hasBody()) {
      to.end();
      call.request().resume();
    } else if (again) {
      repeatBody(to);
    } else {
      sendBody(call.request());
    }
  }

  private void putHeaders(HttpClientRequest to) {
    HttpServerRequest from = call.request();
    for (String name : PASSED_ON) {
      String value = from.getHeader(name);
      if (value != null) {
        to.putHeader(name, value);
      }
    }
    to.putHeader(IdentityToken.HEADER, identity.get());
    to.putHeader(RequestIds.HEADER, call.requestId());
    to.putHeader("traceparent", Traces.continued(from.getHeader("traceparent")));
    if (hasBody() && !from.headers().contains("content-length")) {
      to.setChunked(true);
    }
  }

  private boolean hasBody() {
    MultiMap headers = call.request().headers();
    return headers.contains("content-length") || headers.contains("transfer-encoding");
  }

  /**
   * A replica died before it answered. It may have done what it was asked, so only what changes
   * nothing is asked again, of another one.
   */
  private void lost(HttpClientRequest from, Supplier<Future<HttpClientRequest>> connect) {
    if (over || upstream != from) {
      return;
    }
    if (answered || !sent.isWhole()) {
      fail(down());
      return;
    }
    upstream = null;
    call.request().pause();
    start(connect);
  }

  private void sendBody(HttpServerRequest from) {
    if (from.headers().contains("expect")) {
      call.response().writeContinue();
    }
    from.handler(part -> sendPart(from, part));
    from.endHandler(
        ignored -> {
          call.bodyEnded();
          if (!over && upstream != null) {
            upstream.end();
          }
        });
    from.exceptionHandler(ignored -> abandon());
    from.resume();
  }

  private void repeatBody(HttpClientRequest to) {
    to.write(sent.bytes());
    if (call.isBodyEnded()) {
      to.end();
    } else {
      call.request().resume();
    }
  }

  private void sendPart(HttpServerRequest from, Buffer part) {
    call.received(part.length());
    if (over) {
      return;
    }
    if (call.requestBytes() > route.maxBodyBytes()) {
      fail(RpcException.payloadTooLarge(route.maxBodyBytes()));
      return;
    }
    if (route.audited()) {
      subject.add(part);
    }
    sent.add(part);
    HttpClientRequest to = upstream;
    if (to != null) {
      to.write(part);
      if (to.writeQueueFull()) {
        from.pause();
        to.drainHandler(ignored -> from.resume());
      }
    }
  }

  private void receive(HttpClientResponse answer) {
    if (over) {
      return;
    }
    answered = true;
    answer.pause();
    if (answer.statusCode() >= 400 && !ContentTypes.isJson(answer.getHeader("content-type"))) {
      fail(Failures.ofStatus(answer.statusCode()));
      return;
    }
    // The time that the trail takes is not the service's.
    call.vertx().cancelTimer(timer);
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    call.after(
        recorder.audit(call, route, subject, answer.statusCode()), () -> passBack(answer, left));
  }

  private void passBack(HttpClientResponse answer, Duration left) {
    if (over || !call.claimAnswer()) {
      return;
    }
    if (route.answer() != Answer.STREAM) {
      limit(left);
    }
    HttpServerResponse to = call.response();
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
                call.breakOff();
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
      if (!call.response().headWritten()) {
        call.after(recorder.audit(call, route, subject, CLIENT_CLOSED), () -> {});
      }
    }
  }

  private void fail(RpcException error) {
    if (over) {
      return;
    }
    finish();
    resetUpstream();
    if (call.response().headWritten()) {
      call.breakOff();
    } else {
      call.after(recorder.audit(call, route, subject, error.status()), () -> call.refuse(error));
    }
  }

  private void finish() {
    over = true;
    call.vertx().cancelTimer(timer);
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
