package io.impresario.job.submission;

import io.impresario.targets.TargetGuard;
import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** Where callbacks may go, as far as it can be told when a job is created. */
final class CallbackTargets {
  private CallbackTargets() {}

  /** Networks that are allowed although they are not public; the callback service has the same. */
  @ConfigMapping(prefix = "impresario.callback-targets")
  interface Config {
    Optional<List<String>> allowedNetworks();
  }

  @Produces
  @Singleton
  static TargetGuard guard(Config config) {
    return TargetGuard.allowing(config.allowedNetworks().orElse(List.of()));
  }
}
