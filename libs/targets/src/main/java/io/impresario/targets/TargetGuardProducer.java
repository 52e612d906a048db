package io.impresario.targets;

import io.quarkus.runtime.Startup;
import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Reads the exceptions at the start, so that an unreadable one stops it. */
@Singleton
class TargetGuardProducer {

  @ConfigMapping(prefix = "impresario.callback-targets")
  interface Config {

    /** Networks such as {@code 10.1.0.0/16} that callbacks may reach although not public. */
    Optional<List<String>> allowedNetworks();
  }

  @Produces
  @Singleton
  @Startup
  TargetGuard guard(Config config) {
    return TargetGuard.allowing(config.allowedNetworks().orElse(List.of()));
  }
}
