package io.impresario.sealing;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Reads the key ring at the start, so that a wrong one stops it. */
@Singleton
class KeyRingProducer {

  @Produces
  @Singleton
  @Startup
  KeyRing keyRing(SecretsConfig config) {
    return KeyRing.parse(config.keys());
  }
}
