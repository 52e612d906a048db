package io.impresario.job.dispatch;

import io.impresario.events.JsonLimits;
import io.impresario.job.executor.RunOutcome;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import io.impresario.job.logline.Redaction;

/** What the executor says about a run, in the job's terms. */
final class RunVerdict {
  /** What the executor keeps of an error; a secret may have lost its end with the rest. */
  private static final int MAX_ERROR = 16_384;

  private RunVerdict() {}

  /**
   * @param started whether the handler was called; without it some ends cannot be
   */
  static JobEnd of(RunOutcome end, boolean started, Redaction redaction) {
    if (end instanceof RunOutcome.Completed completed) {
      return new JobEnd.Completed(completed.result());
    }
    if (end instanceof RunOutcome.Failed failed) {
      return new JobEnd.Failed(
          code(failed.kind(), started),
          redaction.apply(failed.error(), failed.error().length() >= MAX_ERROR),
          redaction.applyTo(failed.mappedStack()));
    }
    if (end instanceof RunOutcome.Lost lost) {
      return new JobEnd.Failed(
          FailureCode.EXECUTOR_LOST,
          redaction.apply("The process that ran this job was lost: " + lost.reason()),
          null);
    }
    return new JobEnd.Cancelled();
  }

  /** A result that the consumers of its event could not read would never be heard of. */
  static JobEnd consumable(JobEnd.Completed end) {
    return JsonLimits.problem(end.result())
        .<JobEnd>map(
            problem ->
                new JobEnd.Failed(
                    FailureCode.USER_ERROR,
                    "The workflow's result cannot be passed on: " + problem,
                    null))
        .orElse(end);
  }

  private static FailureCode code(RunOutcome.FailureKind kind, boolean started) {
    return switch (kind) {
      case USER_ERROR -> FailureCode.USER_ERROR;
      case TIMEOUT -> started ? FailureCode.TIMEOUT : FailureCode.LAUNCH_FAILED;
      case RESULT_TOO_LARGE -> started ? FailureCode.RESULT_TOO_LARGE : FailureCode.USER_ERROR;
      case LAUNCH_FAILED -> started ? FailureCode.USER_ERROR : FailureCode.LAUNCH_FAILED;
      case INVALID_INPUT -> started ? FailureCode.USER_ERROR : FailureCode.INVALID_INPUT;
    };
  }
}
