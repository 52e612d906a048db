package io.impresario.rpc.http;

import io.impresario.rpc.Envelope;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ContainerResponseFilter;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.ext.Provider;
import org.jspecify.annotations.Nullable;

/**
 * Wraps what a resource returned as {@code {"json": …}}; nothing becomes {@code {"json": null}}.
 */
@Provider
public class EnvelopeFilter implements ContainerResponseFilter {
  @Override
  public void filter(ContainerRequestContext request, ContainerResponseContext response) {
    Object entity = response.getEntity();
    if (entity instanceof Envelope || !isJson(response.getMediaType())) {
      return;
    }
    if (response.getStatus() == 204) {
      response.setStatus(200);
    }
    if (response.getStatus() == 200) {
      response.setEntity(new Envelope(entity), null, MediaType.APPLICATION_JSON_TYPE);
    }
  }

  private static boolean isJson(@Nullable MediaType type) {
    return type == null || MediaType.APPLICATION_JSON_TYPE.isCompatible(type);
  }
}
