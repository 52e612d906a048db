package io.impresario.rpc.http;

import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyReader;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jspecify.annotations.Nullable;

/**
 * Makes the {@link RpcRequest} parameter of a resource method out of a request's body and caller.
 */
@Provider
@Consumes(MediaType.WILDCARD)
public class RpcRequestReader implements ServerMessageBodyReader<RpcRequest> {
  private final CurrentVertxRequest current;

  @Inject
  public RpcRequestReader(CurrentVertxRequest current) {
    this.current = current;
  }

  @Override
  public boolean isReadable(
      Class<?> type,
      @Nullable Type genericType,
      @Nullable ResteasyReactiveResourceInfo method,
      @Nullable MediaType mediaType) {
    return type == RpcRequest.class;
  }

  @Override
  public boolean isReadable(
      Class<?> type,
      @Nullable Type genericType,
      Annotation @Nullable [] annotations,
      @Nullable MediaType mediaType) {
    return type == RpcRequest.class;
  }

  @Override
  public RpcRequest readFrom(
      Class<RpcRequest> type, Type genericType, MediaType mediaType, ServerRequestContext request)
      throws IOException {
    RoutingContext context = current.getCurrent();
    byte[] body = request.getInputStream().readAllBytes();
    String contentType = context.request().getHeader("content-type");
    if (!ContentTypes.isJson(contentType) && !(contentType == null && body.length == 0)) {
      throw RpcException.unsupportedMediaType();
    }
    Input input = Input.ofBody(body);
    RequestState.remember(context, input);
    Caller caller = RequestState.caller(context);
    if (caller == null) {
      throw RpcException.unauthorized();
    }
    return new RpcRequest(
        caller, RequestState.requestId(context), context.request().getHeader("traceparent"), input);
  }

  @Override
  public RpcRequest readFrom(
      Class<RpcRequest> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body) {
    throw new IllegalStateException("called outside a server request");
  }
}
