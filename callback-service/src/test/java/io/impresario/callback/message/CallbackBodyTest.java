package io.impresario.callback.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.events.JobFinished;
import io.impresario.events.JobOutcome;
import io.impresario.events.JsonText;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CallbackBodyTest {

  private static final UUID JOB = UUID.fromString("0198d3a1-7c00-7000-8000-000000000001");
  private static final UUID DEPLOYMENT = UUID.fromString("0198d3a1-7c00-7000-8000-0000000000cc");

  @Test
  void writesACompletedJob() {
    JobFinished job =
        job(JobOutcome.COMPLETED, null, null, new JsonText("{\"n\": 9007199254740993}"), "n-1");

    assertThat(new String(CallbackBody.of(job), UTF_8))
        .isEqualTo(
            "{\"event\":\"job.completed\",\"job_id\":\"0198d3a1-7c00-7000-8000-000000000001\","
                + "\"nonce\":\"n-1\",\"workflow\":\"collect-prices\","
                + "\"deployment_id\":\"0198d3a1-7c00-7000-8000-0000000000cc\","
                + "\"status\":\"completed\",\"result\":{\"n\": 9007199254740993},"
                + "\"error\":null,\"mapped_stack\":null}");
  }

  @Test
  void writesAFailedJob() {
    JobFinished job =
        job(JobOutcome.FAILED, "no such \"element\"", "Error: no\n  at index.ts:1:2", null, null);

    assertThat(new String(CallbackBody.of(job), UTF_8))
        .isEqualTo(
            "{\"event\":\"job.failed\",\"job_id\":\"0198d3a1-7c00-7000-8000-000000000001\","
                + "\"nonce\":null,\"workflow\":\"collect-prices\","
                + "\"deployment_id\":\"0198d3a1-7c00-7000-8000-0000000000cc\","
                + "\"status\":\"failed\",\"result\":null,"
                + "\"error\":\"no such \\\"element\\\"\","
                + "\"mapped_stack\":\"Error: no\\n  at index.ts:1:2\"}");
  }

  @Test
  void survivesHalfASurrogatePairInAMessage() {
    JobFinished job = job(JobOutcome.FAILED, "a\uD83Db \uD83D\uDE00", null, null, null);

    assertThat(new String(CallbackBody.of(job), UTF_8))
        .contains("\"error\":\"a\uFFFDb \uD83D\uDE00\"");
  }

  @Test
  void hasNoBodyForACancelledJob() {
    assertThatThrownBy(() -> CallbackBody.of(job(JobOutcome.CANCELLED, null, null, null, null)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static JobFinished job(
      JobOutcome outcome,
      @Nullable String error,
      @Nullable String stack,
      @Nullable JsonText result,
      @Nullable String nonce) {
    Instant at = Instant.parse("2026-01-02T03:04:05Z");
    return new JobFinished(
        JOB,
        UUID.randomUUID(),
        "collect-prices",
        DEPLOYMENT,
        1,
        outcome,
        null,
        error,
        stack,
        result,
        nonce,
        null,
        null,
        at,
        at,
        at,
        false,
        null);
  }
}
