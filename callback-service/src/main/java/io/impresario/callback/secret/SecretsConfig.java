package io.impresario.callback.secret;

import io.smallrye.config.ConfigMapping;

/** The encryption keys that the services share. */
@ConfigMapping(prefix = "impresario.secrets")
interface SecretsConfig {

  /** {@code id:base64 of 32 bytes}, the newest first, separated by commas. */
  String keys();
}
