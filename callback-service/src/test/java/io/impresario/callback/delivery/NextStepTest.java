package io.impresario.callback.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.callback.delivery.NextStep.Again;
import io.impresario.callback.delivery.NextStep.Done;
import io.impresario.callback.delivery.NextStep.GivenUp;
import io.impresario.callback.retry.RetryPlan;
import io.impresario.callback.sending.Answer;
import io.impresario.callback.sending.AttemptOutcome;
import io.impresario.callback.sending.AttemptOutcome.Delivered;
import io.impresario.callback.sending.AttemptOutcome.Gone;
import io.impresario.callback.sending.AttemptOutcome.NotTried;
import io.impresario.callback.sending.AttemptOutcome.Refused;
import io.impresario.callback.sending.AttemptOutcome.Rejected;
import io.impresario.callback.sending.AttemptOutcome.Unreachable;
import io.impresario.callback.sending.AttemptOutcome.Unsigned;
import io.impresario.callback.sending.AttemptOutcome.Withdrawn;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NextStepTest {

  private static final RetryPlan PLAN =
      new RetryPlan(List.of(Duration.ofSeconds(5)), 0, Duration.ofHours(24));

  @Test
  void endsWithASuccess() {
    assertThat(after(new Delivered(204, Answer.empty()), 1)).isEqualTo(new Done());
  }

  @Test
  void triesAgainAfterEveryFailureThatMayPass() {
    for (AttemptOutcome failure :
        List.of(
            new Rejected(302, Answer.empty(), Optional.empty()),
            new Rejected(400, Answer.empty(), Optional.empty()),
            new Rejected(500, Answer.empty(), Optional.empty()),
            new Unreachable("connection refused"),
            new Refused("private"),
            new Unsigned("no key"))) {
      assertThat(after(failure, 1)).isEqualTo(new Again(Duration.ofSeconds(5)));
      assertThat(after(failure, 2)).isEqualTo(new GivenUp());
    }
  }

  @Test
  void waitsAsLongAsTheTargetAsks() {
    assertThat(after(new Rejected(429, Answer.empty(), Optional.of(Duration.ofMinutes(3))), 1))
        .isEqualTo(new Again(Duration.ofMinutes(3)));
  }

  @Test
  void countsNothingThatCouldNotBeTried() {
    assertThat(after(new NotTried("no name server answers"), 99))
        .isEqualTo(new Again(Duration.ofSeconds(30)));
  }

  @Test
  void givesUpAtOnceWhenNobodyWantsIt() {
    assertThat(after(new Gone(Answer.empty()), 1)).isEqualTo(new GivenUp());
    assertThat(after(new Withdrawn("deleted"), 1)).isEqualTo(new GivenUp());
  }

  private static NextStep after(AttemptOutcome outcome, int failures) {
    return NextStep.after(outcome, failures, PLAN, () -> 0.5);
  }
}
