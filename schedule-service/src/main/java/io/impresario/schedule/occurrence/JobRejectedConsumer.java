package io.impresario.schedule.occurrence;

import io.impresario.events.EventType;
import io.impresario.events.JobRejected;
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

/** Consumes the rejections of jobs of schedules: a deleted workflow, a full queue. */
@ApplicationScoped
class JobRejectedConsumer {
  /** An occurrence ends once: the row tells. */
  private static final Subscription<JobRejected> REJECTIONS =
      Subscription.of("schedule.occurrence-rejections", EventType.JOB_REJECTED)
          .ofIdempotentEffect();

  private final EventConsumption consumption;
  private final OccurrenceEnding ending;

  JobRejectedConsumer(EventConsumption consumption, OccurrenceEnding ending) {
    this.consumption = consumption;
    this.ending = ending;
  }

  @Incoming("job-rejected")
  Uni<Void> consume(Message<List<byte[]>> batch) {
    return consumption.handle(batch, REJECTIONS, this::end);
  }

  private Uni<Void> end(SqlConnection transaction, List<Received<JobRejected>> events) {
    return ending.applyAll(
        transaction,
        events.stream()
            .map(Received::event)
            .map(OccurrenceEnd::of)
            .flatMap(Optional::stream)
            .toList());
  }
}
