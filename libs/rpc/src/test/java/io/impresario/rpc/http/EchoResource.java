package io.impresario.rpc.http;

import io.impresario.events.JsonText;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.RpcRequest;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.net.ConnectException;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A resource as a service would write it. */
@Path("/v1/echo")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
public class EchoResource {
  public record Echoed(
      String name, JsonText params, @Nullable String note, Instant at, UUID tenantId) {}

  @POST
  @Path("say")
  public Uni<Echoed> say(RpcRequest request) {
    Input input = request.input();
    String name = input.requiredText("name", 1, 200);
    JsonText params = input.object("params", JsonText.EMPTY_OBJECT, 1 << 20);
    String note = input.optionalText("note", 0, 10);
    input.check();
    return Uni.createFrom()
        .item(new Echoed(name, params, note, Instant.EPOCH, request.caller().tenantId()));
  }

  @POST
  @Path("nothing")
  public Uni<Void> nothing(RpcRequest request) {
    return Uni.createFrom().voidItem();
  }

  @POST
  @Path("bug")
  public Uni<Echoed> bug(RpcRequest request) {
    return Uni.createFrom().failure(new IllegalStateException("a secret of the inside"));
  }

  @POST
  @Path("down")
  public Uni<Echoed> down(RpcRequest request) {
    return Uni.createFrom().failure(new ConnectException("127.0.0.1:5432"));
  }

  @POST
  @Path("taken")
  public Uni<Echoed> taken(RpcRequest request) {
    throw RpcException.conflict("taken", "It is taken");
  }
}
