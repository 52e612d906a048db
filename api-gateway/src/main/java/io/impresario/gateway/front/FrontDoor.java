package io.impresario.gateway.front;

import io.impresario.gateway.call.PublicCall;
import io.impresario.gateway.documentation.Documentation;
import io.impresario.gateway.documentation.Documentation.Page;
import io.impresario.gateway.forward.ServiceConnections;
import io.impresario.gateway.hosted.NotOffered;
import io.impresario.gateway.key.KeyOwner;
import io.impresario.gateway.limit.RateLimits;
import io.impresario.gateway.route.Owner;
import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.RouteTable;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.http.ContentTypes;
import io.impresario.rpc.http.Failures;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.Optional;

/**
 * Hands one request to its owner after checking, in this order: route, method, key, scope, content
 * type, size, rate. The body stays unread until all of that is passed.
 */
@ApplicationScoped
public class FrontDoor {
  /** The page draws its icons from data URLs in its own style sheet. */
  private static final String OWN_FILES_ONLY =
      "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action"
          + " 'none'; frame-ancestors 'none'";

  /**
   * A key may be 3 s old in memory and takes 1.5 s to look up, and an answer that goes on for long
   * ends within five seconds of its revocation.
   */
  private static final Duration ADMITTED_AGAIN_AFTER = Duration.ofMillis(250);

  private final RouteTable routes;
  private final Admission admission;
  private final RateLimits limits;
  private final OwnProcedures own;
  private final Documentation documentation;

  @Inject
  public FrontDoor(
      RouteTable routes,
      Admission admission,
      RateLimits limits,
      OwnProcedures own,
      Documentation documentation) {
    this.routes = routes;
    this.admission = admission;
    this.limits = limits;
    this.own = own;
    this.documentation = documentation;
  }

  void handle(PublicCall call, ServiceConnections services) {
    HttpServerRequest request = call.request();
    request.pause();
    request.endHandler(ignored -> call.bodyEnded());
    Optional<Route> route = routes.find(path(request));
    if (route.isPresent()) {
      enter(call, route.get(), services);
    } else {
      documentation
          .find(path(request))
          .ifPresentOrElse(
              page -> show(call, page), () -> call.refuse(NotOffered.refusal(path(request))));
    }
  }

  private static void show(PublicCall call, Page page) {
    call.named("documentation");
    if (!call.request().method().equals(HttpMethod.GET)) {
      call.refuse(RpcException.methodNotSupported("GET"));
      return;
    }
    call.response()
        .putHeader("content-security-policy", OWN_FILES_ONLY)
        .putHeader("x-content-type-options", "nosniff")
        .putHeader("referrer-policy", "no-referrer")
        .putHeader("cache-control", "no-cache");
    call.answer(page.contentType(), page.content());
  }

  private void enter(PublicCall call, Route route, ServiceConnections services) {
    HttpServerRequest request = call.request();
    call.routed(route);
    if (!route.method().equals(request.method().name())) {
      call.refuse(RpcException.methodNotSupported(route.method()));
      return;
    }
    call.when(
        admission.admit(route, request),
        owner -> admitted(call, route, services, owner),
        refusal -> call.refuse(Failures.translate(refusal, call.requestId())));
  }

  private void admitted(
      PublicCall call, Route route, ServiceConnections services, Optional<KeyOwner> owner) {
    if (call.isOver()) {
      return;
    }
    try {
      owner.map(KeyOwner::caller).ifPresent(call::admitted);
      checkBody(call.request(), route);
      owner.ifPresent(limits::count);
    } catch (RpcException refused) {
      call.refuse(refused);
      return;
    }
    if (route.owner() == Owner.GATEWAY) {
      own.answer(call, route);
    } else {
      services.forward(call, route);
      if (route.isOpenForLong()) {
        stayAdmitted(call, route);
      }
    }
  }

  /** Asks again and again whether the caller may still listen. */
  private void stayAdmitted(PublicCall call, Route route) {
    call.vertx()
        .setTimer(
            ADMITTED_AGAIN_AFTER.toMillis(),
            due -> {
              if (!call.isServed()) {
                call.when(
                    admission.admit(route, call.request()),
                    owner -> stayAdmitted(call, route),
                    refusal -> call.end(Failures.translate(refusal, call.requestId())));
              }
            });
  }

  private static void checkBody(HttpServerRequest request, Route route) {
    long announced = announcedBytes(request);
    String contentType = request.getHeader("content-type");
    boolean expected = route.method().equals("POST") && !(contentType == null && announced == 0);
    if (expected && !ContentTypes.isJson(contentType)) {
      throw RpcException.unsupportedMediaType();
    }
    String encoding = request.getHeader("content-encoding");
    if (encoding != null && !encoding.isBlank() && !encoding.strip().equalsIgnoreCase("identity")) {
      throw RpcException.unsupportedEncoding();
    }
    if (announced > route.maxBodyBytes()) {
      throw RpcException.payloadTooLarge(route.maxBodyBytes());
    }
  }

  /** Zero for no body, -1 for one of unknown length. */
  private static long announcedBytes(HttpServerRequest request) {
    String length = request.getHeader("content-length");
    if (length == null) {
      return request.headers().contains("transfer-encoding") ? -1 : 0;
    }
    try {
      return Long.parseLong(length.trim());
    } catch (NumberFormatException malformed) {
      throw RpcException.malformed();
    }
  }

  private static String path(HttpServerRequest request) {
    String path = request.path();
    return path == null ? "" : path;
  }
}
