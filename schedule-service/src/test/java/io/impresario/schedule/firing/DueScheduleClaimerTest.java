package io.impresario.schedule.firing;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.duty.Round;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueScheduleClaimerTest {

  @Test
  void goesOnWhileThereIsSomethingToFire() {
    assertThat(DueScheduleClaimer.after(List.of(250, 0))).isInstanceOf(Round.More.class);
  }

  @Test
  void comesBackSoonForWhatWasLocked() {
    assertThat(DueScheduleClaimer.after(List.of(0, 0)))
        .isInstanceOfSatisfying(
            Round.Again.class,
            again -> assertThat(again.after()).isLessThanOrEqualTo(Duration.ofMillis(50)));
  }
}
