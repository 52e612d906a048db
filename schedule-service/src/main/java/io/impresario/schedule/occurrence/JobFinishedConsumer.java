package io.impresario.schedule.occurrence;

import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.outbox.EventConsumption;
import io.impresario.outbox.Received;
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
  private final EventConsumption consumption;
  private final OccurrenceEnding ending;

  JobFinishedConsumer(EventConsumption consumption, OccurrenceEnding ending) {
    this.consumption = consumption;
    this.ending = ending;
  }

  @Incoming("job-finished")
  Uni<Void> consume(Message<List<byte[]>> batch) {
    return consumption.handle(batch, "schedule.occurrence-ends", EventType.JOB_FINISHED, this::end);
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
