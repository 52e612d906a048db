package io.impresario.gateway;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Where the owning services are, and what the gateway must know before its first request. */
@ConfigMapping(prefix = "impresario.gateway")
public interface GatewayConfig {
  /** One address for each replica; they take turns. */
  List<URI> jobServiceUrl();

  List<URI> scheduleServiceUrl();

  List<URI> callbackServiceUrl();

  List<URI> logServiceUrl();

  /** The operator's key for {@code /v1/admin/*}; without one, these routes refuse every call. */
  Optional<String> adminKey();

  /** How long a stop waits for requests in flight. */
  Duration drain();

  Bootstrap bootstrap();

  Keys keys();

  Limits limits();

  Addresses addresses();

  Forwarding forwarding();

  Timeouts timeouts();

  Audit audit();

  /** The first tenant and its key, made at start when the key is not there yet. */
  interface Bootstrap {
    Optional<String> tenantName();

    Optional<String> apiKey();
  }

  /** The cache of key owners. */
  interface Keys {
    Duration cacheTtl();

    /** How long a key that was found works on while the database is away. */
    Duration outageTtl();

    int cacheSize();
  }

  /** Token buckets, per replica. */
  interface Limits {
    int keyRequestsPerSecond();

    int keyBurst();

    int tenantRequestsPerSecond();

    int tenantBurst();
  }

  /** Callers without a known key, by their address, per replica. */
  interface Addresses {
    int unknownKeysPerSecond();

    int unknownKeysBurst();

    /** Networks whose word on the client's address ({@code X-Forwarded-For}) is taken. */
    Optional<List<String>> trustedProxies();
  }

  /** Connections to the owning services. */
  interface Forwarding {
    Duration connectTimeout();

    /** How long a replica that could not be connected to is asked last. */
    Duration leaveOut();

    /**
     * A replica with open calls that answers none of them for this long is asked last until it
     * answers.
     */
    Duration silence();

    int connections();

    int longConnections();
  }

  /** The trail of changes. */
  interface Audit {
    /** How long its rows are kept. */
    Duration retention();
  }

  /** How long an owning service may take, by the kind of call. */
  interface Timeouts {
    Duration ordinary();

    Duration upload();

    /** Of jobs/wait. */
    Duration waiting();
  }
}
