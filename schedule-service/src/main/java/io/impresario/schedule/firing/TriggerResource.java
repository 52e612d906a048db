package io.impresario.schedule.firing;

import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.UUID;

/** Starts a job of a schedule now. */
@Path("/v1/schedules/trigger")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class TriggerResource {
  private final ScheduleTrigger trigger;

  TriggerResource(ScheduleTrigger trigger) {
    this.trigger = trigger;
  }

  record Triggered(boolean success, UUID jobId) {}

  @POST
  public Uni<Triggered> trigger(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    request.input().check();
    return trigger.trigger(request, id).map(jobId -> new Triggered(true, jobId));
  }
}
