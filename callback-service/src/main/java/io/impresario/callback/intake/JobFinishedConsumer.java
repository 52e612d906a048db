package io.impresario.callback.intake;

import io.impresario.callback.delivery.DeliveryDispatcher;
import io.impresario.events.EventType;
import io.impresario.outbox.EventConsumption;
import io.impresario.outbox.Received;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** Takes {@code job-finished} and wakes the workers once its deliveries are committed. */
@ApplicationScoped
class JobFinishedConsumer {

  /** The inbox knows events by this name: it must not change. */
  private static final String NAME = "callback.deliveries";

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
            NAME,
            EventType.JOB_FINISHED,
            (transaction, events) ->
                planning.plan(transaction, events.stream().map(Received::event).toList()))
        .invoke(dispatcher::wake);
  }
}
