package io.impresario.schedule.occurrence;

import io.impresario.rpc.Cursor;
import io.impresario.rpc.Input;
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
import org.jspecify.annotations.Nullable;

/** Lists what became of a schedule's occurrences, newest first. */
@Path("/v1/schedules/occurrences")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class OccurrenceResource {
  private static final int MAX_PAGE = 200;
  private static final int DEFAULT_PAGE = 50;

  private final OccurrenceStore store;

  OccurrenceResource(OccurrenceStore store) {
    this.store = store;
  }

  record Listed(List<OccurrenceView> occurrences, @Nullable String nextCursor) {}

  @POST
  public Uni<Listed> list(RpcRequest request) {
    Input input = request.input();
    UUID id = input.requiredUuid("id");
    Cursor cursor = input.optionalCursor("cursor");
    int limit = input.integer("limit", 1, MAX_PAGE, DEFAULT_PAGE);
    input.check();
    return store
        .page(request.caller().tenantId(), id, cursor, limit)
        .map(found -> found.orElseThrow(() -> RpcException.notFound("Schedule not found")))
        .map(page -> new Listed(page.items(), page.nextCursor()));
  }
}
