package io.impresario.job.submission;

import java.util.Locale;

/** What became of a requested job. */
sealed interface Placement {

  /** It is a job now, or was one already. */
  record Placed() implements Placement {}

  /** It is none; nothing was written. */
  record Refused(Reason reason, String message) implements Placement {}

  /** Why not; the slugs are part of {@code job-rejected}. */
  enum Reason {
    WORKFLOW_NOT_FOUND,
    PROXY_UNAVAILABLE,
    QUEUE_FULL,
    INVALID;

    String slug() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
