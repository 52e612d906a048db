package io.impresario.schedule.definition;

import io.impresario.rpc.Input;
import io.impresario.rpc.RpcRequest;
import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;

/** Shows when an expression would fire, without making anything. */
@Path("/v1/schedules/preview")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
class PreviewResource {
  private static final int MAX_COUNT = 100;
  private static final int DEFAULT_COUNT = 10;

  private final Clock clock;

  PreviewResource(Clock clock) {
    this.clock = clock;
  }

  @POST
  @NonBlocking
  public Preview preview(RpcRequest request) {
    Input input = request.input();
    String cron = Timing.requiredCron(input);
    String zone = Timing.optionalZone(input);
    int count = input.integer("count", 1, MAX_COUNT, DEFAULT_COUNT);
    input.check();
    return Preview.of(Timing.ofValidInput(cron, zone), clock.instant(), count);
  }
}
