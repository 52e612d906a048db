package io.impresario.events;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What asked for a job: a client, an occurrence of a schedule, or a schedule triggered by hand. */
public enum JobSource {
  @JsonProperty("api")
  API,
  @JsonProperty("schedule")
  SCHEDULE,
  @JsonProperty("trigger")
  TRIGGER
}
