package io.impresario.events;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The registry of events: which topic an event travels on, its CloudEvents type and its record.
 * Types evolve by optional fields only; anything else is a new type with a new version.
 */
public final class EventType<T> {
  public static final EventType<JobRequested> JOB_REQUESTED =
      new EventType<>(
          "job-requested",
          "io.impresario.job.requested.v1",
          JobRequested.class,
          event -> attributes(event.scheduleId(), CloudEventHeaders.JOB_SOURCE, event.source()));
  public static final EventType<JobStarted> JOB_STARTED =
      new EventType<>(
          "job-started",
          "io.impresario.job.started.v1",
          JobStarted.class,
          event -> attributes(event.scheduleId()));
  public static final EventType<JobFinished> JOB_FINISHED =
      new EventType<>(
          "job-finished",
          "io.impresario.job.finished.v1",
          JobFinished.class,
          event -> attributes(event.scheduleId(), CloudEventHeaders.OUTCOME, event.status()));
  public static final EventType<JobRejected> JOB_REJECTED =
      new EventType<>(
          "job-rejected",
          "io.impresario.job.rejected.v1",
          JobRejected.class,
          event -> attributes(event.scheduleId()));
  public static final EventType<LogLine> EXECUTOR_LOG =
      new EventType<>(
          "executor-logs", "io.impresario.executor.log.v1", LogLine.class, event -> Map.of());

  public static final List<EventType<?>> ALL =
      List.of(JOB_REQUESTED, JOB_STARTED, JOB_FINISHED, JOB_REJECTED, EXECUTOR_LOG);

  /** Beside a topic stands one of this name for what its consumers could not take. */
  public static final String DEAD_LETTER_SUFFIX = ".dead-letter";

  private final String topic;
  private final String ceType;
  private final Class<T> record;
  private final Function<T, Map<String, String>> attributes;

  private EventType(
      String topic, String ceType, Class<T> record, Function<T, Map<String, String>> attributes) {
    this.topic = topic;
    this.ceType = ceType;
    this.record = record;
    this.attributes = attributes;
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

  /** Headers by which consumers tell events of this type apart without reading their bodies. */
  public Map<String, String> attributes(T event) {
    return attributes.apply(event);
  }

  private static Map<String, String> attributes(@Nullable UUID scheduleId) {
    return scheduleId == null
        ? Map.of()
        : Map.of(CloudEventHeaders.SCHEDULE_ID, scheduleId.toString());
  }

  private static Map<String, String> attributes(
      @Nullable UUID scheduleId, String name, Enum<?> value) {
    Map<String, String> attributes = new TreeMap<>(attributes(scheduleId));
    attributes.put(name, value.name().toLowerCase(Locale.ROOT));
    return attributes;
  }

  @Override
  public String toString() {
    return ceType;
  }
}
