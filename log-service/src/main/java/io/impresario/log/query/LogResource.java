package io.impresario.log.query;

import io.impresario.events.LogLevel;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The procedures of logs. */
@Path("/v1/logs")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class LogResource {
  private static final int MAX_LIMIT = 1000;
  private static final int DEFAULT_LIMIT = 100;
  private static final int MAX_WORKFLOW = 200;
  private static final int MAX_TOKEN = 200;

  private final LogPages pages;

  LogResource(LogPages pages) {
    this.pages = pages;
  }

  @POST
  @Path("list")
  public Uni<LogPage> list(RpcRequest request) {
    Input input = request.input();
    Order order = input.optionalEnum("order", Order.class);
    LogQuery query =
        new LogQuery(
            request.caller().tenantId(),
            input.optionalUuid("jobId"),
            input.optionalText("workflow", 1, MAX_WORKFLOW),
            input.optionalEnum("level", LogLevel.class),
            order == null ? Order.DESC : order);
    int limit = input.integer("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
    Position after = position(input, query);
    input.check();
    return pages.page(query, after, limit);
  }

  private static @Nullable Position position(Input input, LogQuery query) {
    String token = input.optionalText("pageToken", 1, MAX_TOKEN);
    if (token == null || !input.valid()) {
      return null;
    }
    Optional<Position> position = PageToken.decode(token, query);
    if (position.isEmpty()) {
      input.issue(Issue.custom("pageToken", "Invalid page token"));
    }
    return position.orElse(null);
  }
}
