package io.impresario.callback.delivery;

import io.impresario.callback.retry.RetryPlan;
import io.impresario.callback.sending.DeliveryOutcome;
import io.impresario.callback.sending.DeliveryOutcome.Delivered;
import io.impresario.callback.sending.DeliveryOutcome.Gone;
import io.impresario.callback.sending.DeliveryOutcome.Withdrawn;
import java.time.Instant;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** What becomes of a delivery after an attempt. */
sealed interface NextStep {

  /** The delivery's state in the database from now on. */
  String state();

  /** When it is attempted again; empty when it has ended. */
  default Optional<Instant> nextAttemptAt() {
    return Optional.empty();
  }

  record Done() implements NextStep {
    @Override
    public String state() {
      return "delivered";
    }
  }

  record GivenUp() implements NextStep {
    @Override
    public String state() {
      return "failed";
    }
  }

  record Again(Instant at) implements NextStep {
    @Override
    public String state() {
      return "pending";
    }

    @Override
    public Optional<Instant> nextAttemptAt() {
      return Optional.of(at);
    }
  }

  /**
   * A refused name can be repaired and a missing key configured, so these are tried again like a
   * target that does not answer.
   *
   * @param failures how many attempts have failed if this one did
   */
  static NextStep after(
      DeliveryOutcome outcome, int failures, RetryPlan plan, DoubleSupplier random, Instant now) {
    if (outcome instanceof Delivered) {
      return new Done();
    }
    if (outcome instanceof Gone || outcome instanceof Withdrawn) {
      return new GivenUp();
    }
    return plan.delayAfter(failures, outcome.askedDelay(), random)
        .<NextStep>map(delay -> new Again(now.plus(delay)))
        .orElseGet(GivenUp::new);
  }
}
