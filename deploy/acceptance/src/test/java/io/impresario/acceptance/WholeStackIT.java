package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.testing.Eventually;
import io.impresario.testing.WebhookReceiver;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WholeStackIT {
  private static final Duration JOB = Duration.ofSeconds(60);

  private final StackUnderTest stack;
  private final ApiClient client;
  private final WebhookReceiver receiver;

  WholeStackIT() throws IOException {
    stack = StackUnderTest.up();
    client = stack.client();
    receiver = WebhookReceiver.start();
  }

  @BeforeAll
  void deploy() {
    client.deploy(Bundles.source());
  }

  @AfterAll
  void leavesNothingBehind() throws IOException {
    receiver.close();
    Set<ProcessHandle> processes = stack.processes();
    assertThat(processes).hasSizeGreaterThan(7);
    stack.close();
    Eventually.passes(
        Duration.ofSeconds(10), () -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void runsABundleThatWasNotWrittenForTheDemo() {
    JsonNode read = client.awaitEnd(client.start("reader", Map.of("text", "Hello")), JOB);
    assertThat(read.path("result").path("heading").asText()).isEqualTo("Hello");
    assertThat(read.path("result").path("minute").asInt()).isEqualTo(60_000);

    JsonNode thrown = client.awaitEnd(client.start("thrower", Map.of()), JOB);
    assertThat(thrown.path("status").asText()).isEqualTo("failed");
    assertThat(thrown.path("failure_code").asText()).isEqualTo("user_error");
    assertThat(thrown.path("error").asText()).contains("broken at 3");
    assertThat(thrown.path("mapped_stack").asText()).contains("steps/broken.ts:5");
    assertThat(thrown.has("result")).isFalse();
  }

  @Test
  void endsFiftyJobsAtOnceAndLeavesNoBrowser() {
    List<String> jobs = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      jobs.add(client.start("reader", Map.of("text", "job " + i)));
    }
    for (String job : jobs) {
      assertThat(client.awaitEnd(job, Duration.ofMinutes(4)).path("status").asText())
          .isEqualTo("completed");
    }
    // One browser in waiting is what a stack keeps.
    Eventually.isTrue(JOB, "browsers are gone", () -> stack.browsers().size() <= 1);
  }

  @Test
  void tellsOfAJobThatWasLostWithItsService() {
    String path = "/lost";
    String job = client.start("sleeper", Map.of("milliseconds", 120_000), receiver.url(path));
    client.awaitStatus(job, Set.of("running"), JOB);
    Set<ProcessHandle> browsers = stack.browsers();
    assertThat(browsers).isNotEmpty();
    stack.killAndAwaitBack("job-service");
    assertThat(browsers).noneMatch(ProcessHandle::isAlive);

    JsonNode lost = client.awaitEnd(job, Duration.ofSeconds(30));
    assertThat(lost.path("status").asText()).isEqualTo("failed");
    assertThat(lost.path("failure_code").asText()).isEqualTo("executor_lost");
    assertThat(receiver.await(path, 1, JOB).get(0).text()).contains("job.failed", job);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"api-gateway", "log-service", "callback-service", "schedule-service", "kafka"})
  void completesAJobWhileAnotherProcessIsKilled(String victim) {
    String path = "/killed-" + victim;
    String job = client.start("sleeper", Map.of("milliseconds", 1_500), receiver.url(path));
    client.awaitStatus(job, Set.of("running"), JOB);
    stack.killAndAwaitBack(victim);
    assertComplete(job, path);
  }

  @Test
  void runsJobsWhileTheBrokerCannotBeReachedAndAllFollows() {
    String path = "/no-broker";
    List<String> jobs = new ArrayList<>();
    stack.whilePaused(
        "kafka",
        () -> {
          for (int i = 0; i < 10; i++) {
            jobs.add(client.start("sleeper", Map.of("milliseconds", 100), receiver.url(path + i)));
          }
          jobs.forEach(
              job ->
                  assertThat(client.awaitEnd(job, JOB).path("status").asText())
                      .isEqualTo("completed"));
          assertThat(receiver.received(path + 0)).isEmpty();
        });
    for (int i = 0; i < jobs.size(); i++) {
      assertComplete(jobs.get(i), path + i);
    }
  }

  @Test
  void endsAJobOnceWhileTheDatabaseIsKilled() {
    String path = "/killed-postgres";
    String job = client.start("sleeper", Map.of("milliseconds", 1_500), receiver.url(path));
    client.awaitStatus(job, Set.of("running"), JOB);
    stack.killAndAwaitBack("postgres");
    // The lease may have run out while no database was there to renew it in.
    JsonNode ended = client.awaitEnd(job, Duration.ofSeconds(90));
    assertThat(ended.path("status").asText()).isIn("completed", "failed");
    receiver.await(path, 1, JOB);
  }

  @Test
  void separatesTenants() {
    ApiClient.Answer made =
        client.ask(
            "x-admin-key", stack.adminKey(), "admin/tenants/create", Map.of("name", "other"));
    assertThat(made.status()).isEqualTo(200);
    ApiClient other = stack.client(made.json().path("api_key").asText());
    String job = client.start("reader", Map.of("text", "mine"));
    client.awaitEnd(job, JOB);

    assertThat(other.ask("jobs/get", Map.of("id", job)).status()).isEqualTo(404);
    assertThat(other.ask("jobs/cancel", Map.of("id", job)).status()).isEqualTo(404);
    assertThat(other.ask("jobs/create", Map.of("workflow", "reader")).status()).isEqualTo(404);
    assertThat(other.call("jobs/list", Map.of()).path("jobs")).isEmpty();
    assertThat(other.call("workflows/list", Map.of()).path("deployed_workflows")).isEmpty();
    assertThat(other.log(job)).isEmpty();
    assertThat(other.call("webhooks/list", Map.of()).path("webhook_endpoints")).isEmpty();
    assertThat(other.call("schedules/list", Map.of()).path("schedules")).isEmpty();
  }

  private void assertComplete(String job, String path) {
    assertThat(client.awaitEnd(job, JOB).path("status").asText()).isEqualTo("completed");
    Eventually.passes(JOB, () -> assertThat(client.log(job)).contains("asleep", "awake"));
    assertThat(receiver.await(path, 1, JOB))
        .allSatisfy(request -> assertThat(request.text()).contains("job.completed", job));
    assertThat(receiver.received(path).stream().map(r -> r.header("webhook-id")).distinct())
        .hasSize(1);
  }
}
