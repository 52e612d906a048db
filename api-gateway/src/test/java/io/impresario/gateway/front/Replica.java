package io.impresario.gateway.front;

import io.impresario.gateway.GatewayConfig;
import io.impresario.gateway.call.Recorder;
import io.impresario.gateway.documentation.Documentation;
import io.impresario.gateway.key.KeyDirectory;
import io.impresario.gateway.key.KeyStore;
import io.impresario.gateway.key.KeyUse;
import io.impresario.gateway.limit.RateLimits;
import io.impresario.gateway.limit.StrangerLimits;
import io.impresario.gateway.route.RouteTable;
import io.impresario.rpc.http.IdentityTokens;
import io.impresario.testing.Eventually;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * One more gateway in this JVM: its own port, key cache and limits, on the database of the others.
 * Owning services and settings may differ from theirs.
 */
final class Replica implements AutoCloseable {
  private final Vertx vertx;
  private final PublicPort port;
  private final String deployment;

  private Replica(Vertx vertx, PublicPort port, String deployment) {
    this.vertx = vertx;
    this.port = port;
    this.deployment = deployment;
  }

  static Replica open(
      Vertx vertx,
      Pool pool,
      GatewayConfig config,
      OwnProcedures own,
      IdentityTokens identities,
      Recorder recorder) {
    Clock clock = Clock.systemUTC();
    KeyStore store = new KeyStore(pool);
    Admission admission =
        new Admission(
            new KeyDirectory(store, config, clock),
            new KeyUse(store),
            new StrangerLimits(config),
            new ClientAddresses(config),
            config,
            clock);
    FrontDoor door =
        new FrontDoor(
            new RouteTable(config), admission, new RateLimits(config), own, new Documentation());
    PublicPort port = new PublicPort(vertx, config, door, identities, recorder, clock);
    String deployment =
        Uni.createFrom()
            .completionStage(port.open("127.0.0.1", 0).toCompletionStage())
            .await()
            .atMost(Eventually.LIMIT);
    return new Replica(vertx, port, deployment);
  }

  int port() {
    return port.port();
  }

  PublicPort publicPort() {
    return port;
  }

  @Override
  public void close() {
    Uni.createFrom()
        .completionStage(vertx.undeploy(deployment).toCompletionStage())
        .await()
        .atMost(Eventually.LIMIT);
  }

  /**
   * The configuration of another gateway, except for where services are and how many calls are
   * free.
   */
  record Config(
      GatewayConfig base, List<URI> services, Limits limits, Timeouts timeouts, Addresses addresses)
      implements GatewayConfig {
    Config(GatewayConfig base, List<URI> services, Limits limits) {
      this(base, services, limits, base.timeouts());
    }

    Config(GatewayConfig base, List<URI> services, Limits limits, Timeouts timeouts) {
      this(base, services, limits, timeouts, base.addresses());
    }

    /** Guesses that are free, and who is believed about an address. */
    record Guesses(
        int unknownKeysPerSecond, int unknownKeysBurst, Optional<List<String>> trustedProxies)
        implements Addresses {}

    record Free(
        int keyRequestsPerSecond, int keyBurst, int tenantRequestsPerSecond, int tenantBurst)
        implements Limits {}

    @Override
    public List<URI> jobServiceUrl() {
      return services;
    }

    @Override
    public List<URI> scheduleServiceUrl() {
      return services;
    }

    @Override
    public List<URI> callbackServiceUrl() {
      return services;
    }

    @Override
    public List<URI> logServiceUrl() {
      return services;
    }

    @Override
    public Optional<String> adminKey() {
      return base.adminKey();
    }

    @Override
    public Duration drain() {
      return base.drain();
    }

    @Override
    public Bootstrap bootstrap() {
      return base.bootstrap();
    }

    @Override
    public Keys keys() {
      return base.keys();
    }

    @Override
    public Forwarding forwarding() {
      return base.forwarding();
    }

    @Override
    public Audit audit() {
      return base.audit();
    }
  }
}
