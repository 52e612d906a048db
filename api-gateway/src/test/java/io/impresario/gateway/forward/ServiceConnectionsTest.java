package io.impresario.gateway.forward;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.gateway.route.Access;
import io.impresario.gateway.route.Owner;
import io.impresario.gateway.route.Route;
import io.vertx.core.http.RequestOptions;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ServiceConnectionsTest {
  private static final Route ROUTE =
      new Route(
          "/v1/jobs/list",
          "POST",
          Owner.JOB,
          Access.READ,
          1,
          Duration.ofSeconds(1),
          false,
          Route.Answer.ENVELOPE);

  @Test
  void theSchemeDecidesTheStandardPortAndTls() {
    RequestOptions plain = to("http://jobs.example");
    assertThat(plain.isSsl()).isFalse();
    assertThat(plain.getPort()).isEqualTo(80);
    RequestOptions secure = to("https://jobs.example");
    assertThat(secure.isSsl()).isTrue();
    assertThat(secure.getPort()).isEqualTo(443);
    assertThat(to("HTTPS://jobs.example:8443").getPort()).isEqualTo(8443);
  }

  private static RequestOptions to(String address) {
    return ServiceConnections.to(URI.create(address), ROUTE);
  }
}
