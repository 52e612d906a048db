package io.impresario.gateway.front;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.key.ApiKey;
import io.impresario.gateway.tenant.TenantFounding;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.vertx.VertxContextSupport;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.interceptor.Interceptor;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Opens the public port once the first tenant exists, and closes it gracefully. Runs on the main
 * thread.
 */
@ApplicationScoped
class Opening {
  private static final Logger LOG = Logger.getLogger(Opening.class);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final PublicPort port;
  private final TenantFounding founding;
  private final GatewayConfig config;
  private final String host;
  private final int wantedPort;

  @Inject
  Opening(
      PublicPort port,
      TenantFounding founding,
      GatewayConfig config,
      @ConfigProperty(name = "quarkus.http.host") String host,
      @ConfigProperty(name = "quarkus.http.port") int wantedPort) {
    this.port = port;
    this.founding = founding;
    this.config = config;
    this.host = host;
    this.wantedPort = wantedPort;
  }

  void open(@Observes StartupEvent event) {
    config.bootstrap().apiKey().map(ApiKey::new).ifPresent(this::ensureFirstTenant);
    Uni.createFrom()
        .completionStage(port.open(host, wantedPort).toCompletionStage())
        .await()
        .atMost(PATIENCE);
    LOG.infof("gateway.opened host=%s port=%d", host, port.port());
  }

  private void ensureFirstTenant(ApiKey key) {
    String name = config.bootstrap().tenantName().orElse("default");
    try {
      VertxContextSupport.subscribeAndAwait(
          () -> founding.ensure(name, key).ifNoItem().after(PATIENCE).fail());
    } catch (Throwable failure) {
      throw new IllegalStateException("The first tenant cannot be created", failure);
    }
  }

  /**
   * Requests in flight end first, within the drain time: before the duty that writes their trail.
   */
  void close(@Observes @Priority(Interceptor.Priority.APPLICATION) ShutdownEvent event) {
    port.drain();
    long deadline = System.nanoTime() + config.drain().toNanos();
    while (port.inFlight() > 0 && System.nanoTime() < deadline) {
      LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
    }
    LOG.infof("gateway.closed unfinished_requests=%d", port.inFlight());
  }
}
