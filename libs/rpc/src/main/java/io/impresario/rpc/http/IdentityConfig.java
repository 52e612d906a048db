package io.impresario.rpc.http;

import io.smallrye.config.ConfigMapping;

/** How services trust the gateway's word about a caller. */
@ConfigMapping(prefix = "impresario.identity")
public interface IdentityConfig {
  /**
   * At least 32 characters, the same in all services. There is no default: a guessable one would
   * not be a secret.
   */
  String secret();
}
