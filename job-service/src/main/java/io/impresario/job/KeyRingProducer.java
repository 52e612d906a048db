package io.impresario.job;

import io.impresario.sealing.KeyRing;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The keys that secrets are sealed under; the schedule and callback services have the same. */
final class KeyRingProducer {
  private KeyRingProducer() {}

  @Produces
  @Singleton
  static KeyRing keyRing(@ConfigProperty(name = "impresario.secrets.keys") String keys) {
    return KeyRing.parse(keys);
  }
}
