package io.impresario.job.executor;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.spec.BrowserOptions;
import io.impresario.testing.Eventually;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java side against the real program: what arrives, and that it arrives once. */
class ExecutorHostIT {
  private static final String PROGRAM = "host/main.mjs";

  @TempDir Path data;
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private List<ProcessHandle> others;
  private ExecutorHost host;

  @BeforeEach
  void start() {
    // An application under test in the same virtual machine has a program of its own.
    others = below(ProcessHandle.current(), PROGRAM);
    host = host(Map.of("impresario.executor.warm-slots", "0"));
  }

  @AfterEach
  void stop() {
    host.close();
  }

  @Test
  void runsAWorkflowToItsResult() throws Exception {
    RecordingListener heard = new RecordingListener();
    Run run =
        host.start(
            request(
                """
                console.log('input', input.n);
                console.error('bad');
                await page.goto('data:text/html,<h1>Hello</h1>');
                return { title: await page.textContent('h1'), session };
                """),
            heard);

    assertThat(heard.awaitEnd()).isInstanceOf(RunOutcome.Completed.class);
    assertThat(((RunOutcome.Completed) heard.awaitEnd()).result())
        .isEqualTo("{\"title\":\"Hello\",\"session\":\"the-session\"}");
    assertThat(heard.said(RunListener.Line.Source.CONSOLE))
        .containsExactly("INFO input 7", "ERROR bad");
    assertThat(heard.ready).isCompleted();
    assertThat(heard.started).isCompleted();
    released(run);
    assertThat(heard.ends).isEqualTo(1);
    assertThat(metrics.counter("impresario.executor.slots.taken", "warm", "false").count())
        .isEqualTo(1);
  }

  @Test
  void keepsErrorStackAndPictureOfAThrow() throws Exception {
    RecordingListener heard = new RecordingListener();
    Run run = host.start(request("throw new RangeError('too far');"), heard);

    RunOutcome.Failed failed = (RunOutcome.Failed) heard.awaitEnd();
    assertThat(failed.kind()).isEqualTo(RunOutcome.FailureKind.USER_ERROR);
    assertThat(failed.error()).isEqualTo("too far");
    assertThat(failed.mappedStack())
        .startsWith("RangeError: too far\n    at Object.run (index.mjs");
    assertThat(heard.artifacts)
        .extracting(RunListener.Artifact::kind)
        .containsExactlyInAnyOrder(
            RunListener.Artifact.Kind.SCREENSHOT, RunListener.Artifact.Kind.PAGE_HTML);
    assertThat(heard.artifacts)
        .allSatisfy(artifact -> assertThat(artifact.file()).isNotEmptyFile());
    released(run);
  }

  @Test
  void cancelsOnceAndForAll() throws Exception {
    RecordingListener heard = new RecordingListener();
    Run run = host.start(request("await new Promise(() => setInterval(() => {}, 1000));"), heard);
    heard.started.get(60, SECONDS);

    run.cancel();
    released(run);
    run.kill();
    released(run);

    assertThat(heard.awaitEnd()).isEqualTo(new RunOutcome.Cancelled());
    assertThat(heard.ends).isEqualTo(1);
  }

  @Test
  void tellsRunsThatTheProgramDiedAndGoesOnWithANewOne() throws Exception {
    RecordingListener lost = new RecordingListener();
    Run run = host.start(request("await new Promise(() => setInterval(() => {}, 1000));"), lost);
    lost.started.get(60, SECONDS);

    program().destroyForcibly();

    assertThat(lost.awaitEnd()).isInstanceOf(RunOutcome.Lost.class);
    released(run);
    RecordingListener next = new RecordingListener();
    released(host.start(request("return 1;"), next));
    assertThat(next.awaitEnd()).isEqualTo(new RunOutcome.Completed("1"));
  }

  @Test
  void replacesAProgramThatHangs() throws Exception {
    host.close();
    host =
        host(
            Map.of(
                "impresario.executor.warm-slots", "0", "impresario.executor.silence-limit", "2s"));
    RecordingListener lost = new RecordingListener();
    Run run = host.start(request("await new Promise(() => setInterval(() => {}, 1000));"), lost);
    lost.started.get(60, SECONDS);
    ProcessHandle program = program();

    signal("STOP", program);

    assertThat(lost.awaitEnd()).isInstanceOf(RunOutcome.Lost.class);
    released(run);
    assertThat(program.isAlive()).isFalse();
    RecordingListener next = new RecordingListener();
    released(host.start(request("return 1;"), next));
    assertThat(next.awaitEnd()).isEqualTo(new RunOutcome.Completed("1"));
  }

  @Test
  void endsARunWhoseProcessHangsAtItsDeadline() throws Exception {
    RecordingListener heard = new RecordingListener();
    Run run =
        host.start(
            request("await new Promise(() => setInterval(() => {}, 10));", Duration.ofSeconds(3)),
            heard);
    heard.started.get(60, SECONDS);

    for (ProcessHandle part : below(program(), "worker/main.mjs")) {
      signal("STOP", part);
    }

    RunOutcome.Failed failed = (RunOutcome.Failed) heard.awaitEnd();
    assertThat(failed.kind()).isEqualTo(RunOutcome.FailureKind.TIMEOUT);
    released(run);
  }

  @Test
  void aProgramThatDoesNotStartFailsTheRun() throws Exception {
    host.close();
    host = host(Map.of("impresario.executor.node", data.resolve("no-node").toString()));
    RecordingListener heard = new RecordingListener();

    released(host.start(request("return 1;"), heard));

    RunOutcome.Failed failed = (RunOutcome.Failed) heard.awaitEnd();
    assertThat(failed.kind()).isEqualTo(RunOutcome.FailureKind.LAUNCH_FAILED);
    assertThat(failed.error()).contains("no-node");
  }

  @Test
  void tellsWhatKeepsItFromRunningJobs() throws Exception {
    assertThat(obstacle()).isEmpty();
    host.close();
    host = host(Map.of("impresario.executor.chromium-path", data.resolve("absent").toString()));
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("No Chromium"));
    host.close();
    host = host(Map.of("impresario.executor.node", data.resolve("no-node").toString()));
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("no-node"));
    host.close();
    host = host(Map.of("impresario.executor.node", "/bin/false"));
    assertThat(obstacle()).hasValueSatisfying(why -> assertThat(why).contains("died before"));
  }

  private Optional<String> obstacle() {
    return host.obstacle().await().atMost(Eventually.LIMIT);
  }

  private static void released(Run run) {
    run.released().await().atMost(Eventually.LIMIT);
  }

  private ProcessHandle program() {
    return below(ProcessHandle.current(), PROGRAM).stream()
        .filter(program -> !others.contains(program))
        .findFirst()
        .orElseThrow();
  }

  private static List<ProcessHandle> below(ProcessHandle parent, String program) {
    return parent
        .descendants()
        .filter(below -> below.info().commandLine().orElse("").contains(program))
        .toList();
  }

  private static void signal(String name, ProcessHandle process) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  private RunRequest request(String body) throws Exception {
    return request(body, Duration.ofSeconds(30));
  }

  private RunRequest request(String body, Duration timeout) throws Exception {
    Path bundle = Files.createDirectories(data.resolve("bundles/" + UUID.randomUUID()));
    String source =
        "export const main = { [Symbol.for('libretto.workflow')]: true, name: 'main',\n"
            + "async run({ page, session }, input) {\n"
            + body
            + "} };\n";
    Files.writeString(bundle.resolve("index.mjs"), source);
    return new RunRequest(
        UUID.randomUUID(),
        1,
        new RunRequest.Bundle(bundle, "index.mjs"),
        "main",
        "{\"n\":7}",
        "the-session",
        BrowserOptions.DEFAULTS,
        null,
        data.resolve("artifacts"),
        timeout);
  }

  private ExecutorHost host(Map<String, String> settings) {
    return new ExecutorHost(
        config(settings),
        data,
        metrics,
        Optional::empty,
        new OwnAddresses(new SmallRyeConfigBuilder().build()));
  }

  static ExecutorConfig config(Map<String, String> settings) {
    return new SmallRyeConfigBuilder()
        .withMapping(ExecutorConfig.class)
        .withSources(new PropertiesConfigSource(settings, "test", 100))
        .withConverter(
            Duration.class, 100, new io.quarkus.runtime.configuration.DurationConverter())
        .build()
        .getConfigMapping(ExecutorConfig.class);
  }
}
