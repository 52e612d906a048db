package io.impresario.job.lifecycle;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The six values that clients see. They wait for exactly the last three; there is no other. */
public enum JobStatus {
  QUEUED,
  STARTING_BROWSER,
  RUNNING,
  COMPLETED,
  FAILED,
  CANCELLED;

  /** How the value stands in JSON and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static JobStatus of(String text) {
    return find(text)
        .orElseThrow(() -> new IllegalArgumentException("not a job status: '" + text + "'"));
  }

  public static Optional<JobStatus> find(String text) {
    return Arrays.stream(values()).filter(status -> status.text().equals(text)).findFirst();
  }

  /** Nothing comes after it. */
  public boolean ended() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }
}
