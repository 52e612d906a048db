package io.impresario.gateway.front;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready while the public port takes requests. */
@Readiness
@ApplicationScoped
class OpenCheck implements HealthCheck {
  private final PublicPort port;

  @Inject
  OpenCheck(PublicPort port) {
    this.port = port;
  }

  @Override
  public HealthCheckResponse call() {
    return HealthCheckResponse.named("public port").status(port.isOpen()).build();
  }
}
