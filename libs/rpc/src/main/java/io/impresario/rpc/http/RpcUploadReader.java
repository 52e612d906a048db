package io.impresario.rpc.http;

import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcUpload;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedMap;
import jakarta.ws.rs.ext.Provider;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.lang.reflect.Type;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveResourceInfo;
import org.jboss.resteasy.reactive.server.spi.ServerMessageBodyReader;
import org.jboss.resteasy.reactive.server.spi.ServerRequestContext;
import org.jspecify.annotations.Nullable;

/** Makes the {@link RpcUpload} parameter of a resource method, leaving the body unread. */
@Provider
@Consumes(MediaType.WILDCARD)
public class RpcUploadReader implements ServerMessageBodyReader<RpcUpload> {
  private final CurrentVertxRequest current;

  @Inject
  public RpcUploadReader(CurrentVertxRequest current) {
    this.current = current;
  }

  @Override
  public boolean isReadable(
      Class<?> type,
      @Nullable Type genericType,
      @Nullable ResteasyReactiveResourceInfo method,
      @Nullable MediaType mediaType) {
    return type == RpcUpload.class;
  }

  @Override
  public boolean isReadable(
      Class<?> type,
      @Nullable Type genericType,
      Annotation @Nullable [] annotations,
      @Nullable MediaType mediaType) {
    return type == RpcUpload.class;
  }

  @Override
  public RpcUpload readFrom(
      Class<RpcUpload> type, Type genericType, MediaType mediaType, ServerRequestContext request) {
    RoutingContext context = current.getCurrent();
    String contentType = context.request().getHeader("content-type");
    if (contentType != null && !ContentTypes.isJson(contentType)) {
      throw RpcException.unsupportedMediaType();
    }
    Caller caller = RequestState.caller(context);
    if (caller == null) {
      throw RpcException.unauthorized();
    }
    return new RpcUpload(
        caller,
        RequestState.requestId(context),
        context.request().getHeader("traceparent"),
        request.getInputStream(),
        envelope -> remembered(context, envelope));
  }

  private static Input remembered(RoutingContext context, byte[] envelope) {
    Input input = Input.ofBody(envelope);
    RequestState.remember(context, input);
    return input;
  }

  @Override
  public RpcUpload readFrom(
      Class<RpcUpload> type,
      Type genericType,
      Annotation[] annotations,
      MediaType mediaType,
      MultivaluedMap<String, String> headers,
      InputStream body) {
    throw new IllegalStateException("called outside a server request");
  }
}
