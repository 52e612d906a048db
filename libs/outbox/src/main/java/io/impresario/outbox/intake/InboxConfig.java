package io.impresario.outbox.intake;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How long consumed events are remembered. */
@ConfigMapping(prefix = "impresario.inbox")
interface InboxConfig {

  /** A redelivery later than this takes effect again; brokers keep messages for 7 days. */
  @WithDefault("14d")
  Duration retention();
}
