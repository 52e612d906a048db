package io.impresario.gateway.front;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.route.Route;
import io.impresario.gateway.route.RouteTable;
import io.impresario.testing.ServersResource;
import io.impresario.testing.fuzz.FuzzRun;
import io.impresario.testing.fuzz.RequestFuzz;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.net.URI;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever is sent, the answer is in time, in the envelope and no server error. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = @ResourceArg(name = "service", value = "gateway"))
@QuarkusTestResource(OwningServices.class)
class MutatedRequestsIT {
  private static final int REQUESTS = 3_000;

  @Inject PublicPort port;
  @Inject RouteTable table;

  @Test
  void everyAnswerIsSound() throws InterruptedException {
    FuzzRun run =
        new FuzzRun(
            URI.create("http://127.0.0.1:" + port.port()),
            OwningServices.API_KEY,
            OwningServices.ADMIN_KEY);
    FuzzRun.Report report = run.send(REQUESTS, 20260731);
    assertThat(report.complaints()).isEmpty();
    assertThat(report.statuses()).containsKeys(200, 400, 404, 405, 415);
  }

  @Test
  void everyProcedureIsAmongThem() {
    Set<String> routed =
        table.all().stream()
            .filter(route -> route.method().equals("POST"))
            .map(Route::path)
            .collect(Collectors.toSet());
    assertThat(new RequestFuzz(1).paths()).containsExactlyInAnyOrderElementsOf(routed);
  }
}
