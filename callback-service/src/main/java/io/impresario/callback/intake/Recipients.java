package io.impresario.callback.intake;

import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.spec.CallbackTarget;

/** Who is told of the end of a job. */
sealed interface Recipients {

  /** Nobody: it was cancelled, or the request asked for silence. */
  record None() implements Recipients {}

  /** Only the job's own callback. */
  record Own(String url, String sealedSecret) implements Recipients {}

  /** Every endpoint of the tenant that was active when the job ended. */
  record ActiveEndpoints() implements Recipients {}

  static Recipients of(JobFinished job) {
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
          "job " + job.jobId() + " has a callback_url but no callback_secret");
    }
    return new Own(own.url(), secret);
  }
}
