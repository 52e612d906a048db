package io.impresario.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.embedded.FreePorts;
import io.impresario.testing.Eventually;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the launcher promises about commands and endings. Starts are dear, so the tests follow the
 * life of one data directory: those that only ask come first, then every way to end in turn.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Order(5)
class LauncherIT {
  // Bounds for a machine that does much else: a cold browser may take a minute there.
  private static final Duration JOB = Duration.ofMinutes(3);
  // The guardian gives 5 s before it kills.
  private static final Duration GONE = Eventually.LIMIT;
  private static final String GUARDIAN = "guardian.sh";

  private final Path directory;
  private final int port = FreePorts.one();
  private final List<Foreground> started = new ArrayList<>();
  private Foreground launcher;
  private final StackUnderTest stack;
  private String doneJob = "";
  private String schedule = "";

  LauncherIT(@TempDir Path directory) throws IOException {
    this.directory = directory;
    stack = StackUnderTest.at(home());
    launcher = up("--data", data().toString());
  }

  @BeforeAll
  void prepare() throws IOException {
    launcher.awaitUp();
    stack.client().deploy(Bundles.source());
    doneJob = stack.client().start("reader", Map.of("text", "kept"));
    stack.client().awaitEnd(doneJob, JOB);
    Map<String, String> yearly = Map.of("workflow", "reader", "cron_expr", "0 0 1 1 *");
    schedule = stack.client().call("schedules/create", yearly).at("/schedule/id").asText();
  }

  @AfterAll
  void down() throws IOException {
    StackUnderTest.command(home(), List.of("down"));
    started.forEach(command -> command.process().destroyForcibly());
    assertNothingIsLeft(Set.of());
  }

  @Test
  @Order(1)
  void saysThatItIsUpAlready() throws IOException {
    for (List<String> words : List.of(List.of("up"), List.of("up", "--detach"))) {
      StackUnderTest.Ran again = StackUnderTest.command(home(), words);
      assertThat(again.output())
          .contains("is up already: " + stack.state().path("url").asText())
          .doesNotContain("starting");
      assertThat(again.code()).isZero();
    }
  }

  @Test
  @Order(1)
  void saysWhichOptionsItIgnoresWhileItIsUp() throws IOException {
    List<String> same = List.of("--port", port(), "--data", data().toString());
    List<String> other =
        List.of("--port", "1", "--clean", "--set", "log-service.quarkus.log.level=DEBUG");
    for (List<String> up : List.of(List.of("up"), List.of("up", "--detach"))) {
      assertThat(StackUnderTest.command(home(), join(up, same)).code()).isZero();
      StackUnderTest.Ran ignored = StackUnderTest.command(home(), join(up, other));
      assertThat(ignored.output())
          .contains("is up already: " + stack.state().path("url").asText())
          .contains("ignored: " + String.join(" ", other));
      assertThat(ignored.code()).isEqualTo(1);
    }
  }

  private static List<String> join(List<String> first, List<String> second) {
    return Stream.concat(first.stream(), second.stream()).toList();
  }

  @Test
  @Order(1)
  void reportsItsStateToScripts() throws IOException {
    JsonNode report = StackUnderTest.JSON.readTree(stack.run(List.of("status", "--json")));
    assertThat(report.path("up").asBoolean()).isTrue();
    assertThat(report.path("starting").asBoolean(true)).isFalse();
    assertThat(report.path("ready").asBoolean()).isTrue();
    assertThat(report.path("url").asText()).isEqualTo("http://127.0.0.1:" + port());
    JsonNode state = stack.state();
    assertThat(report.path("services").fieldNames())
        .toIterable()
        .containsExactlyInAnyOrderElementsOf(() -> state.path("services").fieldNames())
        .hasSize(7);
    report
        .path("services")
        .fields()
        .forEachRemaining(
            service -> {
              JsonNode written = state.path("services").path(service.getKey());
              for (String field : List.of("pid", "url", "management_url")) {
                assertThat(service.getValue().path(field)).isEqualTo(written.path(field));
              }
              assertThat(service.getValue().path("ready").asBoolean()).isTrue();
            });
    assertThat(Files.getPosixFilePermissions(home().resolve("state.json")))
        .containsExactlyInAnyOrderElementsOf(
            java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  @Order(1)
  void followsALogUntilItIsInterrupted() throws Exception {
    assertThat(stack.run(List.of("logs", "job-service"))).contains("job.ended", doneJob);
    Foreground follower = start("logs", "job-service", "--follow");
    follower.awaitText(doneJob, JOB);
    follower.awaitText(stack.client().start("reader", Map.of("text", "followed")), JOB);
    // 128 + SIGINT, as a shell expects it.
    assertThat(follower.interrupt()).isEqualTo(130);
  }

  @Test
  @Order(1)
  void endsAFollowedLogWhoseReaderIsGone() throws Exception {
    String launcher = StackUnderTest.root().resolve("impresario").toString();
    String pipe = "\"$0\" logs job-service --follow | head -n 1";
    Process piped =
        StackUnderTest.start(
            home(), List.of("bash", "-c", pipe, launcher), Map.of(), directory.resolve("piped"));
    Eventually.isTrue(
        JOB,
        "the end of the pipe",
        () -> {
          // One at a time: what is left of a crowd would be run first after the next start.
          String job = stack.client().start("reader", Map.of("text", "one more line"));
          stack.client().awaitEnd(job, JOB);
          return !piped.isAlive();
        });
    assertThat(piped.exitValue()).isZero();
  }

  @Test
  @Order(1)
  void issuesListsAndRevokesKeys() throws IOException {
    String[] issued = stack.run(List.of("keys", "issue", "for a test")).split("\n", -1);
    String key = issued[0].strip();
    String id = issued[1].replaceAll(".*id is (.*)\\..*", "$1");
    assertThat(key).startsWith("imp_");
    assertThat(stack.client(key).ask("jobs/list", Map.of()).status()).isEqualTo(200);
    assertThat(stack.run(List.of("keys", "list")))
        .contains(id, "for a test")
        .doesNotContain(key, "revoked");
    stack.run(List.of("keys", "revoke", id));
    Eventually.passes(
        () -> assertThat(stack.client(key).ask("jobs/list", Map.of()).status()).isEqualTo(401));
    assertThat(stack.client().ask("jobs/list", Map.of()).status()).isEqualTo(200);
  }

  /** In the place of Maven, which would compile: what is held here is the launcher's part. */
  @Test
  @Order(1)
  void leavesAServiceToItsDeveloperForAsLongAsTheyWant() throws Exception {
    Path maven = Files.createDirectories(directory.resolve("bin")).resolve("mvn");
    Files.writeString(
        maven,
        """
        #!/bin/sh
        case $1 in
          -v) echo 'Apache Maven 3.9.0' ;;
          *) exec java -Xmx192m -jar '%s/log-service/target/quarkus-app/quarkus-run.jar' ;;
        esac
        """
            .formatted(StackUnderTest.root()));
    assertThat(maven.toFile().setExecutable(true)).isTrue();
    Path output = directory.resolve("developed");
    Process developer =
        StackUnderTest.start(
            home(),
            List.of(StackUnderTest.root().resolve("impresario").toString(), "dev", "log-service"),
            Map.of("PATH", maven.getParent() + ":" + System.getenv("PATH")),
            output);
    long own = stack.process("log-service").pid();
    stack.awaitBack("log-service", own);
    assertThat(stack.process("log-service").pid()).isEqualTo(developer.pid());
    assertThat(Files.readString(output)).contains("Profile prod activated");
    assertThat(stack.client().log(doneJob)).contains("reading");

    List<ProcessHandle> running = developer.descendants().toList();
    assertThat(running).isNotEmpty();
    developer.destroy();
    stack.awaitBack("log-service", developer.pid());
    assertThat(running).noneMatch(ProcessHandle::isAlive);
    assertThat(stack.client().log(doneJob)).contains("reading");
  }

  @Test
  @Order(1)
  void createsAndListsTenants() throws IOException {
    String made = stack.run(List.of("tenants", "create", "another"));
    String tenant = made.replaceAll("(?s).*tenant +(\\S+).*", "$1");
    String key = made.replaceAll("(?s).*API key +(\\S+).*", "$1");
    assertThat(stack.run(List.of("tenants", "list"))).contains(tenant, "another", "local");
    assertThat(stack.client(key).call("jobs/list", Map.of()).path("jobs")).isEmpty();
  }

  @Test
  @Order(1)
  void saysThatAPortIsTakenAndStartsNothing() throws IOException {
    Path other = Files.createDirectories(directory.resolve("other home"));
    for (List<String> words :
        List.of(List.of("up", "--port", port()), List.of("up", "--detach", "--port", port()))) {
      StackUnderTest.Ran refused = StackUnderTest.command(other, words);
      assertThat(refused.output()).contains("Port " + port() + " is taken", "--port");
      assertThat(refused.code()).isEqualTo(1);
    }
    assertThat(RunningProcesses.of(other)).isEmpty();
  }

  @Test
  @Order(2)
  void endsEverythingOnSigterm() throws Exception {
    Set<ProcessHandle> processes = stack.processes();
    assertThat(processes).hasSizeGreaterThan(9);
    launcher.process().destroy();
    launcher.process().waitFor();
    assertThat(launcher.text()).contains("everything is stopped");
    assertNothingIsLeft(processes);
    assertThat(home().resolve("state.json")).doesNotExist();

    StackUnderTest.Ran status = StackUnderTest.command(home(), List.of("status", "--json"));
    assertThat(status.code()).isEqualTo(3);
    JsonNode report = StackUnderTest.JSON.readTree(status.output());
    assertThat(report.path("up").asBoolean(true)).isFalse();
    assertThat(report.path("url").isNull()).isTrue();
    assertThat(report.path("services")).isEmpty();
    assertThat(stack.run(List.of("down"))).contains("Nothing is up");
    assertThat(StackUnderTest.command(home(), List.of("keys", "list")).output())
        .contains("not up; start it with ./impresario up");
  }

  @Test
  @Order(3)
  void keepsItsDataAndLeavesNothingWhenItIsKilledAfterItsGuardian() throws Exception {
    String key = secret("api_key");
    up("--data", data().toString()).awaitUp();
    ApiClient client = stack.client(key);
    assertThat(client.call("jobs/get", Map.of("id", doneJob)).at("/result/heading").asText())
        .isEqualTo("kept");
    Eventually.passes(() -> assertThat(client.log(doneJob)).contains("reading", "nearly done"));
    assertThat(client.call("schedules/get", Map.of("id", schedule)).at("/schedule/id").asText())
        .isEqualTo(schedule);

    String job = client.start("sleeper", Map.of("milliseconds", 120_000));
    client.awaitStatus(job, Set.of("running"), JOB);
    assertThat(stack.browsers()).isNotEmpty();
    ProcessHandle guardian = guardian();
    guardian.destroyForcibly();
    Eventually.passes(() -> assertThat(guardian()).isNotEqualTo(guardian));
    // A process that dies afterwards is started again as ever, and its successor is guarded too.
    stack.killAndAwaitBack("log-service");
    Set<ProcessHandle> processes = stack.processes();
    launcher.process().destroyForcibly();
    assertNothingIsLeft(processes);
  }

  @Test
  @Order(4)
  void endsAndEmptiesWhatWasLeftWhenItsGuardianWasKilledToo() throws Exception {
    String key = secret("api_key");
    Process third = up("--data", data().toString()).process();
    Eventually.isTrue(Foreground.UP_LIMIT, "all processes run", () -> services().size() == 7);
    assertThat(StackUnderTest.command(home(), List.of("status")).output()).contains("is starting");
    List<ProcessHandle> services = services();
    ProcessHandle guardian = guardian();
    // Stopped, so that it cannot replace its guardian any more.
    StackUnderTest.signal("STOP", third.pid());
    guardian.destroyForcibly();
    third.destroyForcibly().waitFor();
    Eventually.isTrue("the guardian's end", () -> !guardian.isAlive());
    assertThat(services).anyMatch(ProcessHandle::isAlive);

    up("--clean", "--data", data().toString()).awaitUp();
    assertThat(services).noneMatch(ProcessHandle::isAlive);
    assertThat(secret("api_key")).isNotEqualTo(key);
    assertThat(stack.client(key).ask("jobs/list", Map.of()).status()).isEqualTo(401);
    ApiClient client = stack.client();
    assertThat(client.call("jobs/list", Map.of()).path("jobs")).isEmpty();
    assertThat(client.call("workflows/list", Map.of()).path("deployed_workflows")).isEmpty();
    assertThat(client.call("schedules/list", Map.of()).path("schedules")).isEmpty();
  }

  @Test
  @Order(5)
  void endsEverythingOnCtrlC() throws Exception {
    Set<ProcessHandle> processes = stack.processes();
    launcher.interrupt();
    assertThat(launcher.text()).contains("everything is stopped");
    assertNothingIsLeft(processes);
  }

  private Foreground up(String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("up", "--port", port()));
    words.addAll(List.of(options));
    launcher = start(words.toArray(String[]::new));
    return launcher;
  }

  private Foreground start(String... words) throws IOException {
    Path output = directory.resolve("output-" + started.size());
    Foreground command = Foreground.start(home(), output, List.of(words));
    started.add(command);
    return command;
  }

  private ProcessHandle guardian() throws IOException {
    return stack
        .launcher()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains(GUARDIAN))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no guardian runs"));
  }

  /** The processes that the launcher has started so far. */
  private List<ProcessHandle> services() throws IOException {
    List<ProcessHandle> services = new ArrayList<>();
    for (JsonNode process : stack.record().path("processes")) {
      ProcessHandle.of(process.path("pid").asLong()).ifPresent(services::add);
    }
    return services;
  }

  private void assertNothingIsLeft(Set<ProcessHandle> processes) {
    Eventually.passes(
        GONE,
        () -> {
          assertThat(processes).noneMatch(ProcessHandle::isAlive);
          assertThat(RunningProcesses.of(directory)).isEmpty();
        });
  }

  private String port() {
    return Integer.toString(port);
  }

  private Path home() {
    return directory.resolve("a home");
  }

  private Path data() {
    return directory.resolve("some data");
  }

  private String secret(String name) throws IOException {
    return StackUnderTest.JSON
        .readTree(data().resolve("secrets.json").toFile())
        .path(name)
        .asText();
  }
}
