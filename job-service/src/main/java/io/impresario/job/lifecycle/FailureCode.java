package io.impresario.job.lifecycle;

import java.util.Locale;

/** What kind of failure ended a job; every failed job has exactly one. */
public enum FailureCode {
  /** The workflow's own code threw, or could not be loaded. */
  USER_ERROR,
  /** The handler did not return within {@code timeout_seconds}. */
  TIMEOUT,
  /** Whoever ran the job died or was cut off; nothing is known about how far it came. */
  EXECUTOR_LOST,
  /** No handler was running when the time limit of the start-up had passed. */
  LAUNCH_FAILED,
  /** The handler returned more than 10 MiB of JSON. */
  RESULT_TOO_LARGE,
  /** The job cannot run as it was asked for: a declared credential is missing. */
  INVALID_INPUT,
  /** The job waited in the queue for longer than {@code queue_ttl_seconds}. */
  QUEUE_EXPIRED;

  /** How the value stands in JSON and in the database. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  public static FailureCode of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
