package io.impresario.callback.delivery;

import io.impresario.callback.sending.DeliveryOutcome;
import io.impresario.callback.sending.DeliveryOutcome.Gone;
import io.impresario.callback.sending.DeliveryOutcome.Withdrawn;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The end of one attempt and what follows from it, to be written in one transaction. */
record AttemptReport(
    ClaimedDelivery delivery,
    DeliveryOutcome outcome,
    NextStep next,
    Instant startedAt,
    Duration took) {

  /** False when there was nothing to attempt. */
  boolean isAttempt() {
    return !(outcome instanceof Withdrawn);
  }

  /** The endpoint that must be switched off. */
  @Nullable UUID goneEndpoint() {
    return outcome instanceof Gone ? delivery.endpointId() : null;
  }
}
