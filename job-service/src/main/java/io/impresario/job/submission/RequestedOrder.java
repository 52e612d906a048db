package io.impresario.job.submission;

import io.impresario.events.JobRequested;
import io.impresario.outbox.Received;
import java.util.Optional;

/** Reads a {@code job-requested} event as an order; its maker has validated it, mostly. */
final class RequestedOrder {
  private RequestedOrder() {}

  /** What the jobs table would refuse, as a sentence. */
  static Optional<String> problem(JobRequested event) {
    if (event.timeoutSeconds() < 1 || event.timeoutSeconds() > 3600) {
      return Optional.of("timeout_seconds is not between 1 and 3600");
    }
    if ((event.callbackUrl() == null) != (event.callbackSecretSealed() == null)) {
      return Optional.of("callback_url and callback_secret must come together");
    }
    if (!event.params().text().stripLeading().startsWith("{")) {
      return Optional.of("params is not an object");
    }
    return Optional.empty();
  }

  static JobCandidate candidate(Received<JobRequested> received) {
    JobRequested event = received.event();
    JobOrder order =
        new JobOrder(
            event.workflow(),
            event.params().text(),
            event.timeoutSeconds(),
            null,
            event.callbackUrl(),
            null,
            event.skipCallbacks(),
            event.residentialProxy(),
            event.disableDefaultProxy(),
            event.headless(),
            event.startUrl(),
            event.gpu(),
            event.viewport());
    return new JobCandidate(
        event.jobId(),
        event.tenantId(),
        order,
        event.callbackSecretSealed(),
        event.source(),
        event.scheduleId(),
        event.nominalAt(),
        null,
        received.traceparent());
  }
}
