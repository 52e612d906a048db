package io.impresario.rpc.http;

import io.impresario.rpc.Envelope;
import io.impresario.rpc.RpcException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Renders every exception that leaves a resource as an error envelope. */
@Provider
public class FailureMapper implements ExceptionMapper<Throwable> {
  private final CurrentVertxRequest current;

  @Inject
  public FailureMapper(CurrentVertxRequest current) {
    this.current = current;
  }

  @Override
  public Response toResponse(Throwable failure) {
    RoutingContext context = current.getCurrent();
    String requestId = context == null ? "" : RequestState.requestId(context);
    RpcException error = Failures.translate(failure, requestId);
    Response.ResponseBuilder response =
        Response.status(error.status())
            .type(MediaType.APPLICATION_JSON_TYPE)
            .entity(Envelope.error(error));
    error.headers().forEach(response::header);
    return response.build();
  }
}
