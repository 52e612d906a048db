package io.impresario.callback.endpoint;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;

/** Limits of stored endpoints. */
@ConfigMapping(prefix = "impresario.webhooks")
interface EndpointsConfig {

  /** Endpoints of one tenant: each is a delivery for every job that ends. */
  int maxEndpoints();

  /** How long the old secret signs too when a rotation does not say. */
  Duration defaultGrace();
}
