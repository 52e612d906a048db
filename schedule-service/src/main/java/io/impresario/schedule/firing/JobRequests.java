package io.impresario.schedule.firing;

import io.impresario.events.EventType;
import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.events.Timestamps;
import io.impresario.events.spec.JobSpec;
import io.impresario.outbox.Outbox;
import io.impresario.rpc.Ids;
import io.impresario.sealing.KeyRing;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Makes the events that ask for the jobs of schedules. */
final class JobRequests {
  private final KeyRing keys;

  JobRequests(KeyRing keys) {
    this.keys = keys;
  }

  /** One occurrence, one job, whoever fires it and however often. */
  static UUID jobId(UUID scheduleId, Instant nominal) {
    return Ids.named(scheduleId, Timestamps.iso(nominal));
  }

  /**
   * @throws IllegalArgumentException when the callback secret cannot be opened (its key is gone)
   */
  Outbox.Entry<JobRequested> entry(
      JobTemplate template,
      UUID jobId,
      JobSource source,
      Instant nominal,
      Instant now,
      @Nullable String traceparent) {
    return new Outbox.Entry<>(
        EventType.JOB_REQUESTED,
        event(template, jobId, source, nominal, now),
        Ids.named(jobId, "requested"),
        jobId.toString(),
        template.tenantId(),
        traceparent);
  }

  private JobRequested event(
      JobTemplate template, UUID jobId, JobSource source, Instant nominal, Instant now) {
    return new JobRequested(
        jobId,
        template.tenantId(),
        template.workflow(),
        template.params(),
        specOfJob(template, jobId),
        source,
        template.scheduleId(),
        nominal,
        null,
        now);
  }

  /** A sealed secret opens under its own row only, so it is sealed anew for the job. */
  private JobSpec specOfJob(JobTemplate template, UUID jobId) {
    String sealed = template.spec().secretSealed();
    return sealed == null
        ? template.spec()
        : template
            .spec()
            .withSecretSealed(
                keys.seal(keys.open(sealed, "schedule:" + template.scheduleId()), "job:" + jobId));
  }
}
