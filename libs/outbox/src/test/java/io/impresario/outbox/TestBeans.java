package io.impresario.outbox;

import io.impresario.events.EventType;
import io.impresario.events.JobFinished;
import io.impresario.outbox.intake.EventConsumption;
import io.impresario.outbox.intake.EventConsumption.Effect;
import io.impresario.outbox.intake.Received;
import io.impresario.outbox.intake.Subscription;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import java.time.Clock;
import java.util.List;
import org.eclipse.microprofile.reactive.messaging.Incoming;
import org.eclipse.microprofile.reactive.messaging.Message;

/** A consumer whose effect is a row, as a service's would be. */
@ApplicationScoped
class TestBeans {
  private static final Subscription<JobFinished> EFFECTS =
      Subscription.of("test.effects", EventType.JOB_FINISHED)
          .onlyIf(headers -> headers.find("unwanted").isEmpty());

  private final EventConsumption consumption;

  TestBeans(EventConsumption consumption) {
    this.consumption = consumption;
  }

  @Produces
  @ApplicationScoped
  static Clock clock() {
    return Clock.systemUTC();
  }

  @Incoming("finished")
  Uni<Void> consume(Message<List<byte[]>> batch) {
    return consumption.handle(batch, EFFECTS, Effect.each(TestBeans::effect));
  }

  /** The CHECK of the table refuses the workflow "refused"; "surprise" is a bug of ours. */
  private static Uni<Void> effect(SqlConnection transaction, Received<JobFinished> received) {
    if (received.event().workflow().equals("surprise")) {
      throw new IllegalStateException("nobody expected this");
    }
    return transaction
        .preparedQuery("INSERT INTO effect (job_id, workflow) VALUES ($1, $2)")
        .execute(Tuple.of(received.event().jobId(), received.event().workflow()))
        .replaceWithVoid();
  }
}
