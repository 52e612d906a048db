package io.impresario.sealing;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** The keys that seal secrets, shared by the services that pass sealed secrets on. */
@ConfigMapping(prefix = "impresario.secrets")
interface SecretsConfig {

  /** {@code id:base64 of 32 bytes[,…]}, the newest first. There is no default. */
  String keys();

  /**
   * From the start to the first walk through the stored secrets. Replicas that restart one after
   * the other are done by then, and no start is slower for it.
   */
  @WithDefault("20s")
  Duration firstRound();
}
