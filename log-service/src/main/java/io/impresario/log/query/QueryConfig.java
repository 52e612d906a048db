package io.impresario.log.query;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;

/** Bounds of a page of logs. */
@ConfigMapping(prefix = "impresario.query")
interface QueryConfig {

  /** A page ends with the line that brings its messages to this size, whatever its limit. */
  MemorySize maxPageSize();
}
