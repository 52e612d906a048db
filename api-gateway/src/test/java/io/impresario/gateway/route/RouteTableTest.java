package io.impresario.gateway.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.GatewayConfig;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RouteTableTest {
  private record Timeouts(Duration ordinary, Duration upload, Duration waiting)
      implements GatewayConfig.Timeouts {}

  private final RouteTable table =
      new RouteTable(
          new Timeouts(Duration.ofSeconds(30), Duration.ofMinutes(5), Duration.ofSeconds(75)));

  @Test
  void whateverChangesSomethingLeavesATraceAndSoDoesReadingASecret() {
    Set<String> traceless =
        Set.of(
            "admin/tenants/list", "admin/audit/list", "admin/limits/get", "api/auth/api-key/list");
    for (Route route : table.all()) {
      boolean reads = route.access() == Access.READ || traceless.contains(route.procedure());
      assertThat(route.audited()).as(route.path()).isEqualTo(!reads);
    }
    assertThat(table.find("/v1/credentials/get").orElseThrow().audited()).isTrue();
  }

  @Test
  void waitingIsGivenMoreThanTheMinuteThatItMayTake() {
    assertThat(table.find("/v1/jobs/wait").orElseThrow().timeout())
        .isGreaterThan(Duration.ofSeconds(65));
  }
}
