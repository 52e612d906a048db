package io.impresario.callback.intake;

import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.spec.CallbackTarget;

/** Where the end of a job is told. */
sealed interface CallbackTargets {

  /** Nowhere: it was cancelled, or nobody wants to know. */
  record None() implements CallbackTargets {}

  /** To the job's own callback and nobody else. */
  record Own(String url, String sealedSecret) implements CallbackTargets {}

  /** To every endpoint of the tenant that is active now. */
  record ActiveEndpoints() implements CallbackTargets {}

  static CallbackTargets of(JobFinished job) {
    CallbackTarget own = job.callback();
    if (job.status() == JobOutcome.CANCELLED || job.skipCallbacks()) {
      return new None();
    }
    if (own == null) {
      return new ActiveEndpoints();
    }
    String secret = own.secretSealed();
    if (secret == null) {
      throw new IllegalArgumentException(
          "job " + job.jobId() + " has a callback_url and no callback_secret");
    }
    return new Own(own.url(), secret);
  }
}
