package io.impresario.job.lifecycle;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The six values that clients see. They wait for exactly the last three; there is no other. */
public enum JobStatus {
  QUEUED(Phase.WAITING),
  STARTING_BROWSER(Phase.ACTIVE),
  RUNNING(Phase.ACTIVE),
  COMPLETED(Phase.ENDED),
  FAILED(Phase.ENDED),
  CANCELLED(Phase.ENDED);

  private enum Phase {
    WAITING,
    ACTIVE,
    ENDED
  }

  private final Phase phase;

  JobStatus(Phase phase) {
    this.phase = phase;
  }

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

  /** An instance holds a lease on it; the column {@code active} of the table says the same. */
  public boolean active() {
    return phase == Phase.ACTIVE;
  }

  /** Nothing comes after it; the row has {@code completed_at}. */
  public boolean ended() {
    return phase == Phase.ENDED;
  }
}
