package io.impresario.job.logline;

import io.smallrye.config.ConfigMapping;

/** The buffer between runs and the broker. */
@ConfigMapping(prefix = "impresario.log-lines")
public interface LogLinesConfig {

  /** Bytes of lines that may wait for the broker; more than these wait in the executor. */
  long bufferBytes();
}
