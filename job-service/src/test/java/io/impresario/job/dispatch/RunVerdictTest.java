package io.impresario.job.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.JsonLimits;
import io.impresario.job.lifecycle.FailureCode;
import io.impresario.job.lifecycle.JobEnd;
import org.junit.jupiter.api.Test;

class RunVerdictTest {

  @Test
  void aResultThatConsumersCanReadStays() {
    JobEnd.Completed end = new JobEnd.Completed("{\"n\":12345678901234567890.10}");
    assertThat(RunVerdict.consumable(end)).isSameAs(end);
  }

  @Test
  void aResultThatNoConsumerCouldReadFailsTheJob() {
    int depth = JsonLimits.MAX_RESULT_DEPTH + 1;
    JobEnd end = RunVerdict.consumable(new JobEnd.Completed("[".repeat(depth) + "]".repeat(depth)));
    assertThat(end)
        .isInstanceOfSatisfying(
            JobEnd.Failed.class,
            failed -> {
              assertThat(failed.code()).isEqualTo(FailureCode.USER_ERROR);
              assertThat(failed.error())
                  .startsWith("The workflow's result cannot be passed on:")
                  .contains("depth (501)")
                  .contains("(500)");
            });
  }
}
