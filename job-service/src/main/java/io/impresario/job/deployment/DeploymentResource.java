package io.impresario.job.deployment;

import io.impresario.rpc.Cursor;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.impresario.rpc.RpcUpload;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code deployments/*} of docs/api/openapi.yaml. */
@Path("/v1/deployments")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class DeploymentResource {
  private static final int MAX_PAGE = 200;

  private final DeploymentUpload upload;
  private final DeploymentStore store;

  DeploymentResource(DeploymentUpload upload, DeploymentStore store) {
    this.upload = upload;
    this.store = store;
  }

  record Created(UUID deploymentId, String status, Instant createdAt) {}

  record Listed(List<DeploymentStore.Details> deployments, @Nullable String nextCursor) {}

  /** Always "building": also a source that can be seen to be broken says so on the first sync. */
  @POST
  @Path("create")
  @Blocking
  public Uni<Created> create(RpcUpload request) throws IOException {
    return upload
        .take(request)
        .map(taken -> new Created(taken.id(), "building", taken.createdAt()));
  }

  @POST
  @Path("sync")
  public Uni<DeploymentStore.Details> sync(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    request.input().check();
    return store
        .find(request.caller().tenantId(), id)
        .map(found -> found.orElseThrow(() -> RpcException.notFound("Deployment not found")));
  }

  @POST
  @Path("list")
  public Uni<Listed> list(RpcRequest request) {
    Input input = request.input();
    int limit = input.integer("limit", 1, MAX_PAGE, MAX_PAGE);
    Cursor after = input.optionalCursor("cursor");
    input.check();
    return store
        .page(request.caller().tenantId(), after, limit)
        .map(page -> new Listed(page.items(), page.nextCursor()));
  }
}
