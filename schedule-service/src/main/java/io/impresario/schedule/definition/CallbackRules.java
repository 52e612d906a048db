package io.impresario.schedule.definition;

import io.impresario.sealing.KeyRing;
import io.impresario.targets.TargetGuard;
import io.smallrye.config.ConfigMapping;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What all services agree on about callbacks: where they may go and how secrets are sealed. */
@Singleton
class CallbackRules {

  /** The keys that seal secrets, shared by the services that pass sealed secrets on. */
  @ConfigMapping(prefix = "impresario.secrets")
  interface SecretsConfig {
    /** {@code id:base64 of 32 bytes[,…]}, the newest first. There is no default. */
    String keys();
  }

  /** Exceptions from the rule that callbacks go to public addresses only. */
  @ConfigMapping(prefix = "impresario.callback-targets")
  interface CallbackTargetsConfig {
    /** Networks in CIDR notation that callbacks may reach although they are not public. */
    Optional<List<String>> allowedNetworks();
  }

  @Produces
  @Singleton
  KeyRing keyRing(SecretsConfig config) {
    return KeyRing.parse(config.keys());
  }

  @Produces
  @Singleton
  TargetGuard targetGuard(CallbackTargetsConfig config) {
    return TargetGuard.allowing(config.allowedNetworks().orElse(List.of()));
  }
}
