package io.impresario.callback.intake;

import io.impresario.callback.delivery.DeliveryDispatcher;
import io.impresario.events.CloudEventHeaders;
import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.outbox.intake.EventConsumption;
import io.impresario.outbox.intake.Received;
import io.impresario.outbox.intake.Subscription;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Takes {@code job-finished} and wakes the workers once its deliveries are committed. */
@ApplicationScoped
class JobFinishedConsumer {

  /** Of a cancelled job nobody is told. The inbox knows events by this name: it must not change. */
  private static final Subscription<JobFinished> ENDS =
      Subscription.of("callback.deliveries", EventType.JOB_FINISHED)
          .onlyIf(
              headers ->
                  headers.find(CloudEventHeaders.OUTCOME).filter("cancelled"::equals).isEmpty());

  private final EventConsumption consumption;
  private final DeliveryPlanning planning;
  private final DeliveryDispatcher dispatcher;

  JobFinishedConsumer(
      EventConsumption consumption, DeliveryPlanning planning, DeliveryDispatcher dispatcher) {
    this.consumption = consumption;
    this.planning = planning;
    this.dispatcher = dispatcher;
  }

  @Incoming("job-finished")
  Uni<Void> consume(Message<List<byte[]>> batch) {
    return consumption
        .handle(
            batch,
            ENDS,
            (transaction, events) ->
                planning.plan(transaction, events.stream().map(Received::event).toList()))
        .invoke(dispatcher::wake);
  }
}
