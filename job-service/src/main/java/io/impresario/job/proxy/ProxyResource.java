package io.impresario.job.proxy;

import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;

/**
 * What schedule-service has to know before it takes a schedule whose jobs need a location. Clients
 * never reach it: the gateway has no such route.
 */
@Path("/v1/proxies/get")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class ProxyResource {
  private final ProxyChoice proxies;

  ProxyResource(ProxyChoice proxies) {
    this.proxies = proxies;
  }

  record Proxies(boolean locations) {}

  @POST
  public Uni<Proxies> get(RpcRequest request) {
    request.input().check();
    return Uni.createFrom().item(new Proxies(proxies.offersLocations()));
  }
}
