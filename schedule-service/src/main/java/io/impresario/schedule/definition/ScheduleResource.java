package io.impresario.schedule.definition;

import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.quarkus.hibernate.reactive.panache.Panache;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The procedures that make, show and change schedules. */
@Path("/v1/schedules")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class ScheduleResource {
  private static final int MAX_NAME = 200;
  private static final int MAX_PAGE = 200;
  private static final int DEFAULT_PAGE = 50;

  private final ScheduleEditing editing;
  private final ScheduleStore store;

  ScheduleResource(ScheduleEditing editing, ScheduleStore store) {
    this.editing = editing;
    this.store = store;
  }

  record Created(boolean success, ScheduleView schedule) {}

  record One(ScheduleView schedule) {}

  record Listed(List<ScheduleView> schedules, @Nullable String nextCursor) {}

  record Deleted(boolean success, UUID id) {}

  @POST
  @Path("create")
  public Uni<Created> create(RpcRequest request) {
    return editing.create(request).map(schedule -> new Created(true, schedule.view()));
  }

  @POST
  @Path("get")
  public Uni<One> get(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    request.input().check();
    UUID tenant = request.caller().tenantId();
    return Panache.withSession(() -> store.find(tenant, id))
        .map(found -> new One(ScheduleEditing.foundOr404(found).view()));
  }

  @POST
  @Path("list")
  public Uni<Listed> list(RpcRequest request) {
    Input input = request.input();
    ScheduleStore.Filter filter =
        new ScheduleStore.Filter(
            request.caller().tenantId(),
            input.optionalBoolean("enabled"),
            input.optionalText("workflow", 1, MAX_NAME),
            input.optionalCursor("cursor"),
            input.integer("limit", 1, MAX_PAGE, DEFAULT_PAGE));
    input.check();
    return store
        .page(filter)
        .map(
            page ->
                new Listed(page.items().stream().map(Schedule::view).toList(), page.nextCursor()));
  }

  @POST
  @Path("update")
  public Uni<One> update(RpcRequest request) {
    return editing.update(request).map(schedule -> new One(schedule.view()));
  }

  @POST
  @Path("delete")
  public Uni<Deleted> delete(RpcRequest request) {
    UUID id = request.input().requiredUuid("id");
    request.input().check();
    UUID tenant = request.caller().tenantId();
    return store
        .delete(tenant, id)
        .map(
            deleted -> {
              if (!deleted) {
                throw RpcException.notFound("Schedule not found");
              }
              return new Deleted(true, id);
            });
  }
}
