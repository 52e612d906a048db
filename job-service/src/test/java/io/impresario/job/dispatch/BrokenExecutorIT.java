package io.impresario.job.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.JobApi;
import io.impresario.job.JobTable;
import io.impresario.job.ScriptedExecutor;
import io.impresario.testing.Eventually;
import io.impresario.testing.ServersResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponse.Status;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of jobs while the executor launches nothing, as with a full disk. */
@QuarkusTest
@QuarkusTestResource(
    value = ServersResource.class,
    initArgs = {
      @ResourceArg(name = "service", value = "job"),
      @ResourceArg(name = "impresario.job.data-directory", value = "target/data")
    })
class BrokenExecutorIT {
  private static final int JOBS = 60;

  private final JobApi api = new JobApi();

  @Inject LaunchBreaker breaker;

  @AfterEach
  void mend() {
    ScriptedExecutor.unable(false);
  }

  @Test
  void failsNoJobAndRunsAllOnceItWorksAgain() {
    ScriptedExecutor.unable(true);
    List<UUID> jobs = IntStream.range(0, JOBS).mapToObj(any -> api.createWorkflow("echo")).toList();
    Eventually.isTrue("not ready, and says why", () -> isDown(breaker.call()));
    assertThat(count("completed_at IS NOT NULL")).isZero();
    assertThat(count("attempt > 0")).as("jobs that were tried").isLessThan(JOBS / 2);
    ScriptedExecutor.unable(false);
    jobs.forEach(job -> assertThat(api.ended(job).getString("json.status")).isEqualTo("completed"));
    assertThat(breaker.call().getStatus()).isEqualTo(Status.UP);
    assertThat(
            JobTable.number(
                "SELECT count(*) FROM job_timeline WHERE event = 'given_back' AND job_id IN"
                    + " (SELECT id FROM jobs WHERE tenant_id = ?)",
                api.tenant()))
        .isPositive();
  }

  @Test
  void endsAJobThatWasLaunchedInVainTooOften() {
    JobTable.limit(api.tenant(), 0, null);
    UUID job = api.createWorkflow("echo");
    JobTable.update("UPDATE jobs SET attempt = 9 WHERE id = ?", job);
    ScriptedExecutor.unable(true);
    JobTable.limit(api.tenant(), 1, null);
    assertThat(api.ended(job).getString("json.failure_code")).isEqualTo("launch_failed");
    ScriptedExecutor.unable(false);
    UUID next = api.createWorkflow("echo");
    Eventually.isTrue("works again", () -> api.status(next).equals("completed"));
  }

  private static boolean isDown(HealthCheckResponse answer) {
    return answer.getStatus() == Status.DOWN
        && answer
            .getData()
            .filter(data -> "No space left on device".equals(data.get("reason")))
            .isPresent();
  }

  private int count(String condition) {
    return JobTable.number(
        "SELECT count(*) FROM jobs WHERE tenant_id = ? AND " + condition, api.tenant());
  }
}
