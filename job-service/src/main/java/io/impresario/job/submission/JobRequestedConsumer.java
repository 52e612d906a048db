package io.impresario.job.submission;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import io.impresario.events.JobRejected;
import io.impresario.events.JobRequested;
import io.impresario.events.JobSource;
import io.impresario.job.ledger.QueueSignal;
import io.impresario.job.submission.Placement.Refused;
import io.impresario.outbox.Outbox;
import io.impresario.outbox.intake.EventConsumption;
import io.impresario.outbox.intake.Received;
import io.impresario.outbox.intake.Subscription;
import io.impresario.rpc.Ids;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/**
 * Makes the jobs that schedules ask for. Jobs that were made over HTTP are announced on the same
 * topic and are there already. A request that cannot become a job is answered with {@code
 * job-rejected} in the same transaction, so its schedule hears of it.
 */
@ApplicationScoped
class JobRequestedConsumer {
  /** Jobs made over HTTP are told apart by a header; their events are not even read. */
  private static final Subscription<JobRequested> REQUESTS =
      Subscription.of("job-service.job-requested", EventType.JOB_REQUESTED)
          .onlyIf(
              headers ->
                  headers.find(CloudEventHeaders.JOB_SOURCE).filter("api"::equals).isEmpty());

  private final EventConsumption consumption;
  private final JobStore jobs;
  private final JobIntake intake;
  private final Outbox outbox;
  private final Clock clock;
  private final QueueSignal signal;

  JobRequestedConsumer(
      EventConsumption consumption,
      JobStore jobs,
      JobIntake intake,
      Outbox outbox,
      Clock clock,
      QueueSignal signal) {
    this.consumption = consumption;
    this.jobs = jobs;
    this.intake = intake;
    this.outbox = outbox;
    this.clock = clock;
    this.signal = signal;
  }

  @Incoming("job-requested")
  Uni<Void> consume(Message<List<byte[]>> batch) {
    return consumption.handle(batch, REQUESTS, this::take).invoke(signal::queued);
  }

  private Uni<Void> take(SqlConnection tx, List<Received<JobRequested>> events) {
    // An API job that is not there any more was deleted by retention; it must not come back.
    Map<UUID, Received<JobRequested>> wanted = new LinkedHashMap<>();
    events.stream()
        .filter(received -> received.event().source() != JobSource.API)
        .forEach(received -> wanted.putIfAbsent(received.event().jobId(), received));
    if (wanted.isEmpty()) {
      return Uni.createFrom().voidItem();
    }
    return jobs.existing(tx, List.copyOf(wanted.keySet()))
        .flatMap(existing -> makeMissing(tx, wanted, existing));
  }

  private Uni<Void> makeMissing(
      SqlConnection tx, Map<UUID, Received<JobRequested>> wanted, Set<UUID> existing) {
    wanted.keySet().removeAll(existing);
    return intake
        .place(tx, List.copyOf(wanted.values()))
        .flatMap(
            placements -> {
              List<Outbox.Entry<JobRejected>> rejections = new ArrayList<>();
              wanted.forEach(
                  (id, received) -> {
                    if (placements.get(id) instanceof Refused refused) {
                      rejections.add(rejection(received, refused));
                    }
                  });
              return outbox.appendAll(tx, rejections);
            });
  }

  private Outbox.Entry<JobRejected> rejection(Received<JobRequested> received, Refused refused) {
    JobRequested request = received.event();
    JobRejected event =
        new JobRejected(
            request.jobId(),
            request.tenantId(),
            request.workflow(),
            request.scheduleId(),
            request.nominalAt(),
            refused.reason().slug(),
            refused.message(),
            clock.instant());
    return new Outbox.Entry<>(
        EventType.JOB_REJECTED,
        event,
        Ids.named(request.jobId(), "rejected"),
        request.jobId().toString(),
        request.tenantId(),
        received.traceparent());
  }
}
