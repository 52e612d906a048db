package io.impresario.gateway.front;

import io.impresario.events.JsonText;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.ConnectException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers every procedure as the owning services do, with libs/rpc; its input says how it ends. */
@Path("/v1")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class StandInService {
  enum Ending {
    NOT_FOUND,
    CONFLICT,
    QUEUE_FULL,
    BUG,
    DATABASE,
    NEVER
  }

  enum Level {
    INFO,
    WARN,
    ERROR
  }

  public record Seen(
      UUID tenantId,
      UUID keyId,
      Set<String> scopes,
      String requestId,
      @Nullable String traceparent,
      @Nullable String name,
      JsonText params) {}

  @POST
  @Path("{group}/{procedure: .+}")
  public Uni<Seen> answer(RpcRequest request) {
    Input input = request.input();
    Ending ending = input.optionalEnum("ending", Ending.class);
    String name = input.optionalText("name", 1, 200);
    input.optionalUuid("id");
    input.optionalInt("limit", 1, 100);
    input.optionalEnum("level", Level.class);
    input.optionalCursor("cursor");
    JsonText params = input.object("params", JsonText.EMPTY_OBJECT, 1 << 20);
    input.check();
    if (ending != null) {
      return end(ending);
    }
    return Uni.createFrom()
        .item(
            new Seen(
                request.caller().tenantId(),
                request.caller().keyId(),
                request.caller().scopes(),
                request.requestId(),
                request.traceparent(),
                name,
                params));
  }

  @POST
  @Path("jobs/watch")
  @Produces(MediaType.SERVER_SENT_EVENTS)
  public Multi<String> watch(RpcRequest request) {
    return Multi.createFrom()
        .ticks()
        .every(Duration.ofMillis(50))
        .map(tick -> "tick " + tick)
        .select()
        .first(3);
  }

  private static Uni<Seen> end(Ending ending) {
    return switch (ending) {
      case NOT_FOUND -> throw RpcException.notFound("Job not found");
      case CONFLICT ->
          throw RpcException.conflict("nonce_reused", "Nonce reused", Map.of("job_id", "j"));
      case QUEUE_FULL ->
          throw RpcException.tooManyRequests("Queue full", "queue", Duration.ofSeconds(7));
      case BUG -> throw new IllegalStateException("an inside secret");
      case DATABASE -> Uni.createFrom().failure(new ConnectException("127.0.0.1:5432"));
      case NEVER -> Uni.createFrom().nothing();
    };
  }
}
