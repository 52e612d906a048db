package io.impresario.callback.message;

import io.impresario.events.JobOutcome;
import java.util.Optional;

/** What a callback is about, as it stands in the body and in {@code x-event-type}. */
public enum CallbackEvent {
  JOB_COMPLETED("job.completed"),
  JOB_FAILED("job.failed"),
  TEST("webhook.test");

  private final String wireName;

  CallbackEvent(String wireName) {
    this.wireName = wireName;
  }

  public String wireName() {
    return wireName;
  }

  /** The event of a job's end; a cancelled job has none. */
  public static Optional<CallbackEvent> of(JobOutcome outcome) {
    return switch (outcome) {
      case COMPLETED -> Optional.of(JOB_COMPLETED);
      case FAILED -> Optional.of(JOB_FAILED);
      case CANCELLED -> Optional.empty();
    };
  }
}
