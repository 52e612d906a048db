package io.impresario.callback.history;

import io.impresario.callback.delivery.DeliveryDispatcher;
import io.impresario.callback.history.DeliveryHistory.Attempt;
import io.impresario.callback.history.DeliveryHistory.Delivery;
import io.impresario.callback.history.DeliveryHistory.Filter;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The procedures on deliveries, under {@code webhooks/*} of docs/api/openapi.yaml. */
@Path("/v1/webhooks")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class DeliveryResource {

  private enum State {
    PENDING,
    DELIVERED,
    FAILED
  }

  record Deliveries(List<Delivery> deliveries, @Nullable String nextCursor) {}

  record Attempts(List<Attempt> attempts) {}

  record Redelivery(boolean success, UUID deliveryId, String message) {}

  private final DeliveryHistory history;
  private final DeliveryDispatcher dispatcher;

  DeliveryResource(DeliveryHistory history, DeliveryDispatcher dispatcher) {
    this.history = history;
    this.dispatcher = dispatcher;
  }

  @POST
  @Path("deliveries")
  public Uni<Deliveries> deliveries(RpcRequest request) {
    Input input = request.input();
    State state = input.optionalEnum("state", State.class);
    Filter filter =
        new Filter(
            input.optionalUuid("webhook_endpoint_id"),
            input.optionalUuid("job_id"),
            state == null ? null : state.name().toLowerCase(Locale.ROOT),
            input.optionalCursor("cursor"));
    int limit = input.integer("limit", 1, 100, 20);
    input.check();
    return history
        .page(request.caller().tenantId(), filter, limit)
        .map(page -> new Deliveries(page.items(), page.nextCursor()));
  }

  @POST
  @Path("attempts")
  public Uni<Attempts> attempts(RpcRequest request) {
    UUID id = request.input().requiredUuid("delivery_id");
    request.input().check();
    return history.attempts(request.caller().tenantId(), id).map(Attempts::new);
  }

  /** Another attempt at once, with the same id and bytes, and the retry plan from its start. */
  @POST
  @Path("redeliver")
  public Uni<Redelivery> redeliver(RpcRequest request) {
    UUID id = request.input().requiredUuid("delivery_id");
    request.input().check();
    return history
        .queueAgain(request.caller().tenantId(), id)
        .invoke(dispatcher::wake)
        .replaceWith(new Redelivery(true, id, "Delivery queued again"));
  }
}
