package io.impresario.callback.sending;

import io.impresario.targets.TargetGuard;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/** Makes the one guard of this service. */
@Singleton
class TargetGuardProducer {

  @Produces
  @Singleton
  TargetGuard guard(CallbackTargetsConfig config) {
    return TargetGuard.allowing(config.allowedNetworks().orElse(List.of()));
  }
}
