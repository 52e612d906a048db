package io.impresario.rpc.http;

import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcCall;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.rpc.RpcUpload;
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
 * Makes the {@link RpcCall} parameter of a resource method out of a request's caller and body. The
 * body of an {@link RpcUpload} is left to the method.
 */
@Provider
@Consumes(MediaType.WILDCARD)
public class RpcCallReader implements ServerMessageBodyReader<RpcCall> {
  private final CurrentVertxRequest current;

  @Inject
  public RpcCallReader(CurrentVertxRequest current) {
    this.current = current;
  }

  @Override
  public boolean isReadable(
      Class<?> type,
      @Nullable Type genericType,
      @Nullable ResteasyReactiveResourceInfo method,
      @Nullable MediaType mediaType) {
    return RpcCall.class.isAssignableFrom(type);
  }

  @Override
  public boolean isReadable(
      Class<?> type,
      @Nullable Type genericType,
      Annotation @Nullable [] annotations,
      @Nullable MediaType mediaType) {
    return RpcCall.class.isAssignableFrom(type);
  }

  @Override
  public RpcCall readFrom(
      Class<RpcCall> type, Type genericType, MediaType mediaType, ServerRequestContext request)
      throws IOException {
    RoutingContext context = current.getCurrent();
    String contentType = context.request().getHeader("content-type");
    if (contentType != null && !ContentTypes.isJson(contentType)) {
      throw RpcException.unsupportedMediaType();
    }
    Caller caller = RequestState.caller(context);
    if (caller == null) {
      throw RpcException.unauthorized();
    }
    String requestId = RequestState.requestId(context);
    String traceparent = context.request().getHeader("traceparent");
    InputStream body = request.getInputStream();
    if (RpcUpload.class.isAssignableFrom(type)) {
      return new RpcUpload(
          caller, requestId, traceparent, body, envelope -> input(context, envelope));
    }
    byte[] whole = body.readAllBytes();
    if (contentType == null && whole.length > 0) {
      throw RpcException.unsupportedMediaType();
    }
    return new RpcRequest(caller, requestId, traceparent, input(context, whole));
  }

  private static Input input(RoutingContext context, byte[] envelope) {
    Input input = Input.ofBody(envelope);
    RequestState.remember(context, input);
    return input;
  }

  @Override
  public RpcCall readFrom(
      Class<RpcCall> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body) {
    throw new IllegalStateException("called outside a server request");
  }
}
