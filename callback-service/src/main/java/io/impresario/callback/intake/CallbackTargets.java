package io.impresario.callback.intake;

import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;

/** Where the end of a job is told. */
sealed interface CallbackTargets {

  /** Nowhere: it was cancelled, or nobody wants to know. */
  record None() implements CallbackTargets {}

  /** To the job's own callback and nobody else. */
  record Own(String url, String sealedSecret) implements CallbackTargets {}

  /** To every endpoint of the tenant that is active now. */
  record ActiveEndpoints() implements CallbackTargets {}

  static CallbackTargets of(JobFinished job) {
    String url = job.callbackUrl();
    String secret = job.callbackSecretSealed();
    if (job.status() == JobOutcome.CANCELLED || job.skipCallbacks()) {
      return new None();
    }
    if (url == null) {
      return new ActiveEndpoints();
    }
    if (secret == null) {
      throw new IllegalArgumentException(
          "job " + job.jobId() + " has a callback_url and no callback_secret");
    }
    return new Own(url, secret);
  }
}
