package io.impresario.sql;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** Limits of the connections of the default reactive pool. */
@ConfigMapping(prefix = "impresario.sql")
interface SqlConfig {

  /** The server ends a statement that takes longer. Ours take milliseconds; sweeps some seconds. */
  @WithDefault("10s")
  Duration statementTimeout();

  /**
   * The server ends a transaction whose client says nothing for so long, and frees its locks. The
   * outbox relay waits for the broker for up to 15 s inside one.
   */
  @WithDefault("15s")
  Duration transactionIdleTimeout();

  /** The client closes a connection on which nothing moves for so long, whatever it waits for. */
  @WithDefault("20s")
  Duration silenceLimit();

  /** How long a caller waits for a connection of a pool that is used up. */
  @WithDefault("10s")
  Duration acquireTimeout();
}
