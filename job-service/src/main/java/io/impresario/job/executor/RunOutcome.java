package io.impresario.job.executor;

import org.jspecify.annotations.Nullable;

/** How a run ended. */
public sealed interface RunOutcome {
  /**
   * The handler returned.
   *
   * @param result its value as JSON text, at most 10 MiB, numbers as the workflow wrote them
   */
  record Completed(String result) implements RunOutcome {}

  /**
   * The run failed.
   *
   * @param mappedStack the stack with positions in the workflow's own source files, paths relative
   *     to the bundle
   */
  record Failed(FailureKind kind, String error, @Nullable String mappedStack)
      implements RunOutcome {}

  /** {@link Run#cancel} was called and took effect before any other end. */
  record Cancelled() implements RunOutcome {}

  /** The program that watched the run died, or {@link Run#kill} ended it; nothing is known. */
  record Lost(String reason) implements RunOutcome {}

  /** Whose fault it was, in the API's terms. */
  enum FailureKind {
    USER_ERROR,
    TIMEOUT,
    LAUNCH_FAILED,
    RESULT_TOO_LARGE,
    INVALID_INPUT
  }
}
