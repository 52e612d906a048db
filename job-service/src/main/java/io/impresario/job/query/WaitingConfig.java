package io.impresario.job.query;

import io.smallrye.config.ConfigMapping;

/** How many calls of {@code jobs/wait} and {@code jobs/watch} this replica keeps open. */
@ConfigMapping(prefix = "impresario.waiting")
interface WaitingConfig {

  /** All of them. */
  int total();

  /** Those of one tenant. */
  int tenant();
}
