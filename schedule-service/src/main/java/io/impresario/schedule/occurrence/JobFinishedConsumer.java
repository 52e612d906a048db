package io.impresario.schedule.occurrence;

import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.outbox.intake.EventConsumption;
import io.impresario.outbox.intake.Received;
import io.impresario.outbox.intake.Subscription;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Consumes the ends of jobs that a schedule has started; ignores all other jobs. */
@ApplicationScoped
class JobFinishedConsumer {
  /** An occurrence ends once: the row tells. What has no outcome is older than the headers. */
  private static final Subscription<JobFinished> ENDS =
      Subscription.of("schedule.occurrence-ends", EventType.JOB_FINISHED)
          .onlyIf(
              headers ->
                  headers.find(CloudEventHeaders.SCHEDULE_ID).isPresent()
                      || headers.find(CloudEventHeaders.OUTCOME).isEmpty())
          .ofIdempotentEffect();

  private final EventConsumption consumption;
  private final OccurrenceEnding ending;

  JobFinishedConsumer(EventConsumption consumption, OccurrenceEnding ending) {
    this.consumption = consumption;
    this.ending = ending;
  }

  @Incoming("job-finished")
  Uni<Void> consume(Message<List<byte[]>> batch) {
    return consumption.handle(batch, ENDS, this::end);
  }

  private Uni<Void> end(SqlConnection transaction, List<Received<JobFinished>> events) {
    return ending.applyAll(
        transaction,
        events.stream()
            .map(Received::event)
            .map(OccurrenceEnd::of)
            .flatMap(Optional::stream)
            .toList());
  }
}
