package io.impresario.callback.delivery;

import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Gone;
import io.impresario.callback.sending.AttemptOutcome.NotTried;
import io.impresario.callback.sending.AttemptOutcome.Withdrawn;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The end of one attempt and what follows from it, to be written in one transaction.
 *
 * @param quick whether the target answered in time; null when nothing was asked of it
 */
record AttemptReport(
    ClaimedDelivery delivery,
    AttemptOutcome outcome,
    NextStep next,
    Instant startedAt,
    Duration took,
    @Nullable Boolean quick) {

  /** False when there was nothing to attempt. */
  boolean isAttempt() {
    return !(outcome instanceof Withdrawn || outcome instanceof NotTried);
  }

  /** The endpoint that must be switched off. */
  @Nullable UUID goneEndpoint() {
    return outcome instanceof Gone ? delivery.endpointId() : null;
  }
}
