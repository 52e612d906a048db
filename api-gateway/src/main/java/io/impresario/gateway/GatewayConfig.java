package io.impresario.gateway;

import io.smallrye.config.ConfigMapping;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/** Where the owning services are, and what the gateway must know before its first request. */
@ConfigMapping(prefix = "impresario.gateway")
public interface GatewayConfig {
  URI jobServiceUrl();

  URI scheduleServiceUrl();

  URI callbackServiceUrl();

  URI logServiceUrl();

  /** The operator's key for {@code /v1/admin/*}; without one nobody is the operator. */
  Optional<String> adminKey();

  /** How long a stop waits for requests in flight. */
  Duration drain();

  Bootstrap bootstrap();

  Keys keys();

  Limits limits();

  Forwarding forwarding();

  Timeouts timeouts();

  /** The first tenant and its key, made at start when the key is not there yet. */
  interface Bootstrap {
    Optional<String> tenantName();

    Optional<String> apiKey();
  }

  /** The cache of key owners. */
  interface Keys {
    Duration cacheTtl();

    int cacheSize();
  }

  /** Token buckets, per replica. */
  interface Limits {
    int keyRequestsPerSecond();

    int keyBurst();

    int tenantRequestsPerSecond();

    int tenantBurst();
  }

  /** Connections to the owning services. */
  interface Forwarding {
    Duration connectTimeout();

    int connections();

    int longConnections();
  }

  /** How long an owning service may take, by the kind of call. */
  interface Timeouts {
    Duration ordinary();

    Duration upload();

    /** Of jobs/wait. */
    Duration waiting();
  }
}
