package io.impresario.schedule.occurrence;

import io.impresario.events.JobFinished;
import io.impresario.events.JobRejected;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** How the job of an occurrence ended, or that there will be none. */
sealed interface OccurrenceEnd {
  /** Errors may contain whole pages; a schedule shows a few lines. */
  int MAX_REASON = 2000;

  UUID jobId();

  UUID scheduleId();

  /** As the occurrence row names it. */
  String outcome();

  /** Why it failed or was rejected; null otherwise. */
  default @Nullable String reason() {
    return null;
  }

  record Succeeded(UUID jobId, UUID scheduleId) implements OccurrenceEnd {
    @Override
    public String outcome() {
      return "succeeded";
    }
  }

  record Failed(UUID jobId, UUID scheduleId, String reason) implements OccurrenceEnd {
    @Override
    public String outcome() {
      return "failed";
    }
  }

  /** Neither a failure nor a success: a person cancelled it. */
  record Cancelled(UUID jobId, UUID scheduleId) implements OccurrenceEnd {
    @Override
    public String outcome() {
      return "cancelled";
    }
  }

  record Rejected(UUID jobId, UUID scheduleId, String reason) implements OccurrenceEnd {
    @Override
    public String outcome() {
      return "rejected";
    }
  }

  /** Empty for a job that no schedule has asked for. */
  static Optional<OccurrenceEnd> of(JobFinished event) {
    UUID schedule = event.scheduleId();
    if (schedule == null) {
      return Optional.empty();
    }
    return Optional.of(
        switch (event.status()) {
          case COMPLETED -> new Succeeded(event.jobId(), schedule);
          case FAILED -> new Failed(event.jobId(), schedule, reason(event));
          case CANCELLED -> new Cancelled(event.jobId(), schedule);
        });
  }

  /** Empty for a job that no schedule has asked for. */
  static Optional<OccurrenceEnd> of(JobRejected event) {
    UUID schedule = event.scheduleId();
    return schedule == null
        ? Optional.empty()
        : Optional.of(
            new Rejected(event.jobId(), schedule, cut(event.reason() + ": " + event.message())));
  }

  private static String reason(JobFinished event) {
    String error = event.error();
    String code = event.failureCode();
    if (error != null && !error.isBlank()) {
      return cut(error);
    }
    return code == null ? "the job failed" : code;
  }

  private static String cut(@Nullable String text) {
    String whole = String.valueOf(text);
    return whole.length() <= MAX_REASON ? whole : whole.substring(0, MAX_REASON - 1) + "…";
  }
}
