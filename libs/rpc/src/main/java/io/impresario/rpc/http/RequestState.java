package io.impresario.rpc.http;

import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the stages of one request leave for each other, kept in Vert.x's routing context. */
final class RequestState {
  static final String WARNINGS_HEADER = "x-impresario-warnings";

  private static final String REQUEST_ID = "impresario.request-id";
  private static final String CALLER = "impresario.caller";
  private static final String INPUT = "impresario.input";

  private RequestState() {}

  static void begin(RoutingContext context, String requestId) {
    context.put(REQUEST_ID, requestId);
    context.addHeadersEndHandler(ignored -> writeHeaders(context));
  }

  static String requestId(RoutingContext context) {
    String id = context.get(REQUEST_ID);
    return id == null ? "" : id;
  }

  static void identify(RoutingContext context, Caller caller) {
    context.put(CALLER, caller);
  }

  static @Nullable Caller caller(RoutingContext context) {
    return context.get(CALLER);
  }

  static void remember(RoutingContext context, Input input) {
    context.put(INPUT, input);
  }

  private static void writeHeaders(RoutingContext context) {
    context.response().putHeader(RequestIds.HEADER, requestId(context));
    Input input = context.get(INPUT);
    if (input != null) {
      List<String> warnings = input.warnings();
      if (!warnings.isEmpty()) {
        context.response().putHeader(WARNINGS_HEADER, String.join("; ", warnings));
      }
    }
  }
}
