package io.impresario.schedule.occurrence;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One nominal time of a schedule, or one trigger by hand, as it is first written.
 *
 * @param jobId the job's id, also when no job is made
 * @param firedAt null when it was missed
 * @param reason why it was missed or could not start, or which occurrences it stands for; null when
 *     ordinary
 */
public record Occurrence(
    UUID jobId,
    UUID scheduleId,
    Source source,
    Instant nominalAt,
    @Nullable Instant firedAt,
    Outcome outcome,
    @Nullable String reason) {

  /** What made the occurrence. */
  public enum Source {
    SCHEDULE,
    TRIGGER
  }

  /** STARTED is the only one that can still change; REJECTED and MISSED have no job. */
  public enum Outcome {
    STARTED,
    SUCCEEDED,
    FAILED,
    CANCELLED,
    REJECTED,
    MISSED
  }
}
