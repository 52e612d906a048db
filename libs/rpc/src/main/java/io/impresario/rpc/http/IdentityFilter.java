package io.impresario.rpc.http;

import io.impresario.rpc.Caller;
import io.impresario.rpc.Envelope;
import io.impresario.rpc.IdentityToken;
import io.impresario.rpc.RpcException;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;
import java.util.Optional;

/**
 * Lets only requests with the gateway's (or another service's) signed word about their caller reach
 * a resource. Tokens are judged by the machine's own clock: their lifetime is not a business rule.
 */
@Provider
public class IdentityFilter implements ContainerRequestFilter {
  private final IdentityTokens tokens;
  private final CurrentVertxRequest current;

  @Inject
  public IdentityFilter(IdentityTokens tokens, CurrentVertxRequest current) {
    this.tokens = tokens;
    this.current = current;
  }

  @Override
  public void filter(ContainerRequestContext request) {
    String token = request.getHeaderString(IdentityToken.HEADER);
    Optional<Caller> caller = token == null ? Optional.empty() : tokens.verify(token);
    if (caller.isPresent()) {
      RoutingContext context = current.getCurrent();
      RequestState.identify(context, caller.get());
    } else {
      RpcException refused = RpcException.unauthorized();
      request.abortWith(
          Response.status(refused.status())
              .type(MediaType.APPLICATION_JSON_TYPE)
              .entity(Envelope.error(refused))
              .build());
    }
  }
}
