package io.impresario.job.workflow;

import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;

/** {@code workflows/*} of docs/api/openapi.yaml. */
@Path("/v1/workflows")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class WorkflowResource {
  private static final int MAX_NAME = 200;

  private final WorkflowStore store;

  WorkflowResource(WorkflowStore store) {
    this.store = store;
  }

  record Listed(
      List<WorkflowStore.Deployed> deployedWorkflows,
      List<WorkflowStore.Building> inProgressBuilds) {}

  record Done(boolean success, String message) {}

  @POST
  @Path("list")
  public Uni<Listed> list(RpcRequest request) {
    UUID tenant = request.caller().tenantId();
    return Uni.combine()
        .all()
        .unis(store.deployed(tenant), store.building(tenant))
        .with(Listed::new);
  }

  @POST
  @Path("get")
  public Uni<WorkflowStore.Details> get(RpcRequest request) {
    String name = name(request);
    return store
        .find(request.caller().tenantId(), name)
        .map(found -> found.orElseThrow(() -> unknown(name)));
  }

  @POST
  @Path("delete")
  public Uni<Done> delete(RpcRequest request) {
    String name = name(request);
    return store
        .delete(request.caller().tenantId(), name)
        .map(
            deleted -> {
              if (!deleted) {
                throw unknown(name);
              }
              return new Done(true, "Workflow \"" + name + "\" deleted");
            });
  }

  private static String name(RpcRequest request) {
    String name = request.input().requiredText("workflow", 1, MAX_NAME);
    request.input().check();
    return name;
  }

  private static RpcException unknown(String name) {
    return RpcException.notFound("Workflow \"" + name + "\" not found");
  }
}
