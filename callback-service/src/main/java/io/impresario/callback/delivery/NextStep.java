package io.impresario.callback.delivery;

import io.impresario.callback.retry.RetryPlan;
import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Delivered;
import io.impresario.callback.sending.AttemptOutcome.Gone;
import io.impresario.callback.sending.AttemptOutcome.NotTried;
import io.impresario.callback.sending.AttemptOutcome.Withdrawn;
import java.time.Duration;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/** What becomes of a delivery after an attempt. */
sealed interface NextStep {

  /** What could not be tried waits for so long: an outage of ours, which ends. */
  Duration UNTRIED = Duration.ofSeconds(30);

  /** The delivery's state in the database from now on. */
  String state();

  /** How long from now it is attempted again; empty when it has ended. */
  default Optional<Duration> delay() {
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

  record Again(Duration after) implements NextStep {
    @Override
    public String state() {
      return "pending";
    }

    @Override
    public Optional<Duration> delay() {
      return Optional.of(after);
    }
  }

  /**
   * A refused name can be repaired and a missing key configured, so these are tried again like a
   * target that does not answer.
   *
   * @param failures how many attempts have failed if this one did
   */
  static NextStep after(
      AttemptOutcome outcome, int failures, RetryPlan plan, DoubleSupplier random) {
    if (outcome instanceof Delivered) {
      return new Done();
    }
    if (outcome instanceof NotTried) {
      return new Again(UNTRIED);
    }
    if (outcome instanceof Gone || outcome instanceof Withdrawn) {
      return new GivenUp();
    }
    return plan.delayAfter(failures, outcome.askedDelay(), random)
        .<NextStep>map(Again::new)
        .orElseGet(GivenUp::new);
  }
}
