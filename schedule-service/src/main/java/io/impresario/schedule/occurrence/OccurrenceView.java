package io.impresario.schedule.occurrence;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.impresario.schedule.occurrence.Occurrence.Outcome;
import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An occurrence as clients see it.
 *
 * @param rowId where a page goes on; {@code jobId} is null when there is no such job
 * @param jobStatus how the job ended; null while it has not, and when there is none
 */
record OccurrenceView(
    @JsonIgnore UUID rowId,
    Instant nominalAt,
    @Nullable Instant firedAt,
    String outcome,
    @Nullable String reason,
    @Nullable UUID jobId,
    @Nullable String jobStatus) {

  static OccurrenceView of(
      UUID jobId,
      Instant nominalAt,
      @Nullable Instant firedAt,
      Outcome outcome,
      @Nullable String reason) {
    boolean hasJob = outcome != Outcome.REJECTED && outcome != Outcome.MISSED;
    return new OccurrenceView(
        jobId,
        nominalAt,
        firedAt,
        outcome.name().toLowerCase(Locale.ROOT),
        reason,
        hasJob ? jobId : null,
        jobStatus(outcome));
  }

  private static @Nullable String jobStatus(Outcome outcome) {
    return switch (outcome) {
      case SUCCEEDED -> "completed";
      case FAILED -> "failed";
      case CANCELLED -> "cancelled";
      case STARTED, REJECTED, MISSED -> null;
    };
  }
}
