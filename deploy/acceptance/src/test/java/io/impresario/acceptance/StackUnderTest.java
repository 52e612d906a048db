package io.impresario.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.embedded.DirectoryTree;
import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.embedded.FreePorts;
import io.impresario.local.process.Readiness;
import io.impresario.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A stack that {@code ./impresario up --detach} started, in directories of its own. */
final class StackUnderTest implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
  private static final Duration BACK_LIMIT = Eventually.LIMIT;

  private final Path home;

  private StackUnderTest(Path home) {
    this.home = home;
  }

  static StackUnderTest up(String... options) throws IOException {
    // The space, the comma and the letter are on purpose.
    StackUnderTest stack =
        new StackUnderTest(Files.createTempDirectory("impresario, ünder acceptance"));
    List<String> words = new ArrayList<>(List.of("up", "--detach"));
    words.addAll(List.of("--port", Integer.toString(FreePorts.one())));
    words.addAll(List.of(options));
    try {
      stack.run(words);
    } catch (IOException | AssertionError failure) {
      stack.close();
      throw failure;
    }
    return stack;
  }

  /** A stack that somebody else starts and ends. */
  static StackUnderTest at(Path home) {
    return new StackUnderTest(home);
  }

  static Path root() {
    Path directory = Path.of("").toAbsolutePath();
    while (!Files.exists(directory.resolve("impresario"))) {
      directory =
          Optional.ofNullable(directory.getParent())
              .orElseThrow(() -> new IllegalStateException("not inside a checkout"));
    }
    return directory;
  }

  /** The exit code and the output of one command, with the checkout's packages as they are. */
  record Ran(int code, String output) {}

  static Process start(
      Path home, List<String> command, Map<String, String> environment, Path output)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("IMPRESARIO_HOME", home.toString());
    builder.environment().put("IMPRESARIO_SKIP_BUILD", "1");
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  static Ran command(Path home, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(List.of(root().resolve("impresario").toString()));
    command.addAll(words);
    return ran(home, command, Map.of());
  }

  /** Any command, with the environment of a checkout that is built. */
  static Ran ran(Path home, List<String> command, Map<String, String> environment)
      throws IOException {
    Path output = Files.createTempFile("impresario-command", ".out");
    try {
      Process process = start(home, command, environment, output);
      if (!process.waitFor(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
        throw new IOException(command + " did not end: " + Files.readString(output));
      }
      return new Ran(process.exitValue(), Files.readString(output));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    } finally {
      Files.deleteIfExists(output);
    }
  }

  String run(List<String> words) throws IOException {
    Ran ran = command(home, words);
    if (ran.code() != 0) {
      throw new AssertionError(words + " ended with " + ran.code() + ":\n" + ran.output());
    }
    return ran.output();
  }

  JsonNode state() {
    try {
      return JSON.readTree(home.resolve("state.json").toFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ApiClient client() {
    return new ApiClient(state().path("url").asText(), state().path("api_key").asText());
  }

  ApiClient client(String key) {
    return new ApiClient(state().path("url").asText(), key);
  }

  String adminKey() {
    return state().path("admin_key").asText();
  }

  ProcessHandle process(String service) {
    return find(service).orElseThrow(() -> new AssertionError(service + " does not run"));
  }

  Optional<ProcessHandle> find(String service) {
    return ProcessHandle.of(state().path("services").path(service).path("pid").asLong());
  }

  /** The names of all processes of a service. */
  List<String> replicas(String service) {
    List<String> names = new ArrayList<>();
    state().path("services").fieldNames().forEachRemaining(names::add);
    names.removeIf(name -> !name.matches(service + "(-\\d+)?"));
    return names;
  }

  String url(String service) {
    return state().path("services").path(service).path("url").asText();
  }

  String managementUrl(String service) {
    return state().path("services").path(service).path("management_url").asText();
  }

  /** What survives of one process: its own directory. */
  Path data(String service) {
    return home.resolve("data").resolve(service);
  }

  Path home() {
    return home;
  }

  /** As the superuser, for looking inside. */
  Connection database() throws SQLException {
    URI url = URI.create(state().path("postgres_url").asText());
    String[] user = url.getUserInfo().split(":", 2);
    return EmbeddedPostgres.connect(url.getPort(), url.getPath().substring(1), user[0], user[1]);
  }

  /** {@code kill -9} of one process; the launcher starts it again. */
  void kill(String service) {
    process(service).destroyForcibly();
  }

  /** Kills and waits until every process is ready again. */
  void killAndAwaitBack(String service) {
    long killed = process(service).pid();
    kill(service);
    awaitBack(service, killed);
  }

  /** Waits until a killed process has a successor and everything is ready. */
  void awaitBack(String service, long killed) {
    Eventually.passes(
        BACK_LIMIT,
        () -> {
          if (state().path("services").path(service).path("pid").asLong() == killed) {
            throw new AssertionError(service + " was not started again");
          }
          state().path("services").fields().forEachRemaining(StackUnderTest::requireReady);
        });
  }

  /** As {@code ./impresario status} sees it, without a new JVM at each look. */
  private static void requireReady(Map.Entry<String, JsonNode> service) {
    JsonNode url = service.getValue().path("management_url");
    long pid = service.getValue().path("pid").asLong();
    if (ProcessHandle.of(pid).isEmpty() || (url.isTextual() && !Readiness.of(url.asText()))) {
      throw new AssertionError(service.getKey() + " is not ready");
    }
  }

  /** Every process that the launcher started, and what those started. */
  Set<ProcessHandle> processes() throws IOException {
    return Stream.concat(Stream.of(launcher()), launcher().descendants())
        .collect(Collectors.toSet());
  }

  ProcessHandle launcher() throws IOException {
    long pid = record().path("launcher").path("pid").asLong();
    return ProcessHandle.of(pid).orElseThrow(() -> new AssertionError("no launcher runs"));
  }

  /** The launcher's own record of what it started, also before everything is ready. */
  JsonNode record() throws IOException {
    return JSON.readTree(home.resolve("launcher.json").toFile());
  }

  /** Browsers of the job service, each by its first process. */
  Set<ProcessHandle> browsers() {
    return process("job-service")
        .descendants()
        .filter(process -> isBrowser(process.info().commandLine().orElse("")))
        .collect(Collectors.toSet());
  }

  private static boolean isBrowser(String commandLine) {
    return commandLine.contains("--remote-debugging-pipe") && !commandLine.contains("--type=");
  }

  /**
   * While something is done the launcher starts nothing again; then all that was killed comes back.
   */
  void withoutRestarts(Runnable work) throws IOException {
    long launcher = launcher().pid();
    signal("STOP", launcher);
    try {
      work.run();
    } finally {
      signal("CONT", launcher);
    }
  }

  /** Stops a process in its tracks, as if its machine hung, while something is done. */
  void whilePaused(String service, Runnable work) {
    long pid = process(service).pid();
    signal("STOP", pid);
    try {
      work.run();
    } finally {
      signal("CONT", pid);
    }
  }

  static void signal(String name, long pid) {
    try {
      int code = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor();
      if (code != 0) {
        throw new AssertionError("kill -" + name + " " + pid + " failed");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Ends all processes; what they wrote stays until {@link #close}. */
  void stop() throws IOException {
    run(List.of("down"));
  }

  @Override
  public void close() throws IOException {
    run(List.of("down"));
    DirectoryTree.delete(home);
  }
}
