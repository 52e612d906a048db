package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.testing.Eventually;
import io.impresario.testing.WebhookReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Order(1)
class WholeStackIT {
  private static final Duration JOB = Eventually.LIMIT;
  // What a killed consumer had is taken over after 10 s: far less than Kafka's default of 45 s.
  private static final Duration AFTER_A_KILL = Eventually.LIMIT;
  // Enough for these workflows, and so little that runs which keep what they use would be seen.
  private static final long RUN_MEBIBYTES = 768;
  // The launcher, its five services and the broker: their heaps (see the launcher's ServiceKind),
  // and for each of the seven what a JVM needs beside its heap.
  private static final long JVM_MEBIBYTES = 64 + 128 + 512 + 128 + 256 + 192 + 160 + 7 * 192;
  // Shared buffers and 100 sessions.
  private static final long POSTGRES_MEBIBYTES = 48 + 100 * 5;
  private static final long EXECUTOR_HOST_MEBIBYTES = 256;
  // Two slots for each processor are the default, and one browser waits.
  private static final long RUNS = 2L * Runtime.getRuntime().availableProcessors() + 1;
  private static final long MEMORY_BOUND =
      RUNS * RUN_MEBIBYTES + JVM_MEBIBYTES + POSTGRES_MEBIBYTES + EXECUTOR_HOST_MEBIBYTES;

  private final StackUnderTest stack;
  private final ApiClient client;
  private final WebhookReceiver receiver;

  WholeStackIT() throws IOException {
    stack =
        StackUnderTest.up(
            "--set", "job-service.impresario.executor.memory-limit-mib=" + RUN_MEBIBYTES);
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
    Eventually.passes(() -> assertThat(processes).noneMatch(ProcessHandle::isAlive));
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
  void endsFiftyJobsAtOnceInBoundedMemoryAndLeavesNoBrowser() {
    List<String> jobs = new ArrayList<>();
    try (StackMemory memory = StackMemory.watch(stack)) {
      for (int i = 0; i < 50; i++) {
        jobs.add(client.start("reader", Map.of("text", "job " + i)));
      }
      for (String job : jobs) {
        assertThat(client.awaitEnd(job, Duration.ofMinutes(4)).path("status").asText())
            .isEqualTo("completed");
      }
      System.out.printf(
          "50 jobs at once: at most %d MiB of %d MiB in %d samples%n",
          memory.peakMebibytes(), MEMORY_BOUND, memory.samples());
      assertThat(memory.samples()).isGreaterThan(5);
      // Less than the heaps of one idle stack would mean that nothing was measured.
      assertThat(memory.peakMebibytes()).isBetween(500L, MEMORY_BOUND);
    }
    // One browser in waiting is what a stack keeps.
    Eventually.isTrue(JOB, "browsers are gone", () -> stack.browsers().size() <= 1);
  }

  /** Beside a job that goes on as if nothing were. */
  @Test
  void endsWhateverAWorkflowDoesAndShowsItNothing() throws IOException {
    HostileRuns hostile = new HostileRuns(stack);
    String neighbour = client.start("sleeper", Map.of("milliseconds", 10_000));
    client.awaitStatus(neighbour, Set.of("running"), JOB);
    hostile.allEndProperly(RUN_MEBIBYTES);
    hostile.leavesNoChild();
    hostile.readsAndReachesNothingOfOurs();
    assertThat(client.awaitEnd(neighbour, JOB).path("result").path("slept").asInt())
        .isEqualTo(10_000);
  }

  @Test
  void tellsOfAJobThatWasLostWithItsServiceAndBuildsAgainWhatItWasBuilding() throws Exception {
    String path = "/lost";
    String deployment =
        client
            .call("deployments/create", Map.of("source", Bundles.slowToBuild()))
            .path("deployment_id")
            .asText();
    String job = client.start("sleeper", Map.of("milliseconds", 120_000), receiver.url(path));
    client.awaitStatus(job, Set.of("running"), JOB);
    Set<ProcessHandle> browsers = stack.browsers();
    assertThat(browsers).isNotEmpty();
    Eventually.isTrue(JOB, "its build has begun", () -> attempt(deployment) == 1);
    assertThat(deploymentStatus(deployment)).isEqualTo("building");
    stack.killAndAwaitBack("job-service");
    assertThat(browsers).noneMatch(ProcessHandle::isAlive);

    JsonNode lost = client.awaitEnd(job, Eventually.LIMIT);
    assertThat(lost.path("status").asText()).isEqualTo("failed");
    assertThat(lost.path("failure_code").asText()).isEqualTo("executor_lost");
    assertThat(receiver.await(path, 1, JOB).get(0).text()).contains("job.failed", job);

    Eventually.isTrue(JOB, "built", () -> deploymentStatus(deployment).equals("ready"));
    assertThat(attempt(deployment)).isEqualTo(2);
    JsonNode built = client.awaitEnd(client.start("slow", Map.of()), JOB);
    assertThat(built.path("result").asText()).isEqualTo("built");
  }

  private String deploymentStatus(String id) {
    return client.call("deployments/sync", Map.of("id", id)).path("status").asText();
  }

  private int attempt(String deployment) throws SQLException {
    try (Connection database = stack.database();
        PreparedStatement query =
            database.prepareStatement("SELECT attempt FROM job.deployment WHERE id = ?::uuid")) {
      query.setString(1, deployment);
      ResultSet row = query.executeQuery();
      assertThat(row.next()).isTrue();
      return row.getInt(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"api-gateway", "log-service", "callback-service", "schedule-service", "kafka"})
  void completesAJobWhileAnotherProcessIsKilled(String victim) {
    String path = "/killed-" + victim;
    String job = client.start("sleeper", Map.of("milliseconds", 1_500), receiver.url(path));
    client.awaitStatus(job, Set.of("running"), JOB);
    stack.killAndAwaitBack(victim);
    assertComplete(job, path, AFTER_A_KILL);
  }

  /**
   * First the broker's machine hangs, then the broker is gone: clients wait at the one and are
   * refused by the other.
   */
  @Test
  void runsJobsWhileTheBrokerIsAwayForAMinuteAndAllFollows() throws IOException {
    String path = "/no-broker";
    long broker = stack.process("kafka").pid();
    List<String> jobs = new ArrayList<>();
    String schedule = createSchedule(path + "/schedule");
    long minute = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    stack.withoutRestarts(
        () -> {
          stack.whilePaused(
              "kafka",
              () -> {
                runTenJobs(path, jobs);
                stack.kill("kafka");
              });
          runTenJobs(path, jobs);
          Eventually.isTrue(JOB, "a minute is over", () -> System.nanoTime() > minute);
          runTenJobs(path, jobs);
          assertThat(receiver.received()).noneMatch(request -> request.path().startsWith(path));
        });
    stack.awaitBack("kafka", broker);
    for (int i = 0; i < jobs.size(); i++) {
      assertComplete(jobs.get(i), path + i, JOB);
    }
    // At least one full minute went by meanwhile.
    assertThat(receiver.await(path + "/schedule", 1, JOB).get(0).text()).contains("job.completed");
    JsonNode fired = client.call("schedules/get", Map.of("id", schedule)).path("schedule");
    assertThat(fired.path("last_error").isNull()).isTrue();
    client.call("schedules/delete", Map.of("id", schedule));
  }

  private void runTenJobs(String path, List<String> jobs) {
    List<String> more = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      String url = receiver.url(path + (jobs.size() + i));
      more.add(client.start("sleeper", Map.of("milliseconds", 100), url));
    }
    more.forEach(
        job ->
            assertThat(client.awaitEnd(job, JOB).path("status").asText()).isEqualTo("completed"));
    jobs.addAll(more);
  }

  private String createSchedule(String path) {
    Map<String, Object> everyMinute =
        Map.of(
            "workflow", "sleeper",
            "params", Map.of("milliseconds", 100),
            "cron_expr", "* * * * *",
            "callback_url", receiver.url(path),
            "callback_secret", "secret");
    return client.call("schedules/create", everyMinute).at("/schedule/id").asText();
  }

  @Test
  void endsAJobOnceWhileTheDatabaseIsKilled() {
    String path = "/killed-postgres";
    String job = client.start("sleeper", Map.of("milliseconds", 1_500), receiver.url(path));
    client.awaitStatus(job, Set.of("running"), JOB);
    stack.killAndAwaitBack("postgres");
    // The lease may have run out while no database was there to renew it in.
    JsonNode ended = client.awaitEnd(job, Eventually.LIMIT);
    assertThat(ended.path("status").asText()).isIn("completed", "failed");
    receiver.await(path, 1, JOB);
  }

  @Test
  void doesWhatTheReadmeShows(@TempDir Path directory) throws Exception {
    ApiClient reader = tenant("reader of the README");
    String output = ReadmeCalls.run(reader, receiver.url("/readme"), directory);
    assertThat(output).contains("\"heading\":\"Hello\"", "\"to\":\"world\"");

    JsonNode job = reader.call("jobs/list", Map.of()).path("jobs").path(0);
    String id = job.path("job_id").asText();
    assertThat(output).contains(id);
    Eventually.passes(() -> assertThat(reader.log(id)).contains("the page is open"));
    assertThat(reader.call("webhooks/list", Map.of()).path("webhook_endpoints")).hasSize(1);
    reader.awaitEnd(reader.start("hello", Map.of("to", "the receiver")), JOB);
    assertThat(receiver.await("/readme", 1, JOB).get(0).text()).contains("the receiver");
    JsonNode schedules = reader.call("schedules/list", Map.of()).path("schedules");
    assertThat(schedules).hasSize(1);
    reader.call("schedules/delete", Map.of("id", schedules.path(0).path("id").asText()));
  }

  private ApiClient tenant(String name) {
    ApiClient.Answer made =
        client.ask("x-admin-key", stack.adminKey(), "admin/tenants/create", Map.of("name", name));
    assertThat(made.status()).isEqualTo(200);
    return stack.client(made.json().path("api_key").asText());
  }

  @Test
  void separatesTenants() {
    ApiClient other = tenant("other");
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

  private void assertComplete(String job, String path, Duration limit) {
    assertThat(client.awaitEnd(job, JOB).path("status").asText()).isEqualTo("completed");
    Eventually.passes(limit, () -> assertThat(client.log(job)).contains("asleep", "awake"));
    assertThat(receiver.await(path, 1, limit))
        .allSatisfy(request -> assertThat(request.text()).contains("job.completed", job));
    assertThat(receiver.received(path).stream().map(r -> r.header("webhook-id")).distinct())
        .hasSize(1);
  }
}
