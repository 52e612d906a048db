package io.impresario.events;

import java.util.List;

/**
 * The registry of events: which topic an event travels on, its CloudEvents type and its record.
 * Types evolve by optional fields only; anything else is a new type with a new version.
 */
public final class EventType<T> {
  public static final EventType<JobRequested> JOB_REQUESTED =
      new EventType<>("job-requested", "io.impresario.job.requested.v1", JobRequested.class);
  public static final EventType<JobStarted> JOB_STARTED =
      new EventType<>("job-started", "io.impresario.job.started.v1", JobStarted.class);
  public static final EventType<JobFinished> JOB_FINISHED =
      new EventType<>("job-finished", "io.impresario.job.finished.v1", JobFinished.class);
  public static final EventType<JobRejected> JOB_REJECTED =
      new EventType<>("job-rejected", "io.impresario.job.rejected.v1", JobRejected.class);
  public static final EventType<LogLine> EXECUTOR_LOG =
      new EventType<>("executor-logs", "io.impresario.executor.log.v1", LogLine.class);

  public static final List<EventType<?>> ALL =
      List.of(JOB_REQUESTED, JOB_STARTED, JOB_FINISHED, JOB_REJECTED, EXECUTOR_LOG);

  /** Beside a topic stands one of this name for what its consumers could not take. */
  public static final String DEAD_LETTER_SUFFIX = ".dead-letter";

  private final String topic;
  private final String ceType;
  private final Class<T> record;

  private EventType(String topic, String ceType, Class<T> record) {
    this.topic = topic;
    this.ceType = ceType;
    this.record = record;
  }

  /** The topic's name without the configured prefix. */
  public String topic() {
    return topic;
  }

  public String ceType() {
    return ceType;
  }

  public Class<T> record() {
    return record;
  }

  @Override
  public String toString() {
    return ceType;
  }
}
