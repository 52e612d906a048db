package io.impresario.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How grave a log line is. */
public enum LogLevel {
  @JsonProperty("info")
  INFO,
  @JsonProperty("warn")
  WARN,
  @JsonProperty("error")
  ERROR
}
