package io.impresario.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** The three ends of a job. */
public enum JobOutcome {
  @JsonProperty("completed")
  COMPLETED,
  @JsonProperty("failed")
  FAILED,
  @JsonProperty("cancelled")
  CANCELLED
}
