package io.impresario.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Who wrote a log line: the executor itself or one of the workflow's three outlets. */
public enum LogSource {
  @JsonProperty("executor")
  EXECUTOR,
  @JsonProperty("console")
  CONSOLE,
  @JsonProperty("stdout")
  STDOUT,
  @JsonProperty("stderr")
  STDERR
}
