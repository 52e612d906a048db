package io.impresario.job.limits;

import io.impresario.job.limits.JobLimitStore.Limits;
import io.impresario.rpc.Caller;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;

/** {@code admin/limits/set} and {@code get}: the operator's, and nobody else's. */
@Path("/v1/admin/limits")
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
class JobLimitsResource {
  private static final int MAX_NAME = 200;
  private static final int MOST = 1_000_000;

  private final JobLimitStore store;
  private final LimitsConfig config;

  JobLimitsResource(JobLimitStore store, LimitsConfig config) {
    this.store = store;
    this.config = config;
  }

  record Changed(boolean success, Limits limits) {}

  record Configured(int maxRunning, int maxRunningWorkflow, int maxQueued) {}

  record Shown(Configured configured, List<Limits> limits) {}

  /** Holds from the next claim and the next create on, over all replicas. */
  @POST
  @Path("set")
  public Uni<Changed> set(RpcRequest request) {
    request.caller().require(Caller.OPERATOR_SCOPE);
    Input input = request.input();
    Limits limits =
        new Limits(
            input.optionalUuid("tenant_id"),
            input.optionalText("workflow", 1, MAX_NAME),
            input.optionalInt("max_running", 0, MOST),
            input.optionalInt("max_running_workflow", 0, MOST),
            input.optionalInt("max_queued", 0, MOST));
    if (limits.workflow() != null) {
      refuseWhatAWorkflowHasNot(input, limits);
    }
    input.check();
    return store.set(limits).replaceWith(() -> new Changed(true, limits));
  }

  @POST
  @Path("get")
  public Uni<Shown> get(RpcRequest request) {
    request.caller().require(Caller.OPERATOR_SCOPE);
    UUID tenant = request.input().optionalUuid("tenant_id");
    request.input().check();
    Configured configured =
        new Configured(config.tenantRunning(), config.workflowRunning(), config.tenantQueued());
    return store.all(tenant).map(found -> new Shown(configured, found));
  }

  private static void refuseWhatAWorkflowHasNot(Input input, Limits limits) {
    if (limits.tenantId() == null) {
      input.issue(Issue.custom("tenant_id", "A workflow belongs to a tenant"));
    }
    if (limits.maxRunningWorkflow() != null) {
      input.issue(
          Issue.custom("max_running_workflow", "The limit of one workflow is its max_running"));
    }
    if (limits.maxQueued() != null) {
      input.issue(Issue.custom("max_queued", "Only a tenant has a limit of waiting jobs"));
    }
  }
}
