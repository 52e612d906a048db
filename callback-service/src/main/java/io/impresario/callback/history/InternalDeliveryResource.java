package io.impresario.callback.history;

import io.impresario.callback.history.DeliveryHistory.Filter;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What job-service shows of a job's callbacks; in the envelope, like every procedure. */
@Path("/internal/deliveries")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class InternalDeliveryResource {

  /** More targets than a tenant may have endpoints. */
  private static final int ALL = 1000;

  record JobDeliveries(List<JobDelivery> deliveries) {}

  record JobDelivery(
      String url,
      String state,
      int attempts,
      @Nullable String lastError,
      @Nullable Instant nextAttemptAt) {}

  private final DeliveryHistory history;

  InternalDeliveryResource(DeliveryHistory history) {
    this.history = history;
  }

  @POST
  @Path("by-job")
  public Uni<JobDeliveries> byJob(RpcRequest request) {
    UUID jobId = request.input().requiredUuid("job_id");
    request.input().check();
    return history
        .page(request.caller().tenantId(), new Filter(null, jobId, null, null), ALL)
        .map(
            found ->
                new JobDeliveries(
                    found.items().stream()
                        .map(
                            one ->
                                new JobDelivery(
                                    one.url(),
                                    one.state(),
                                    one.attempts(),
                                    one.lastError(),
                                    one.nextAttemptAt()))
                        .toList()));
  }
}
