package io.impresario.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.impresario.embedded.DirectoryTree;
import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.embedded.FreePorts;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** A stack that {@code ./impresario up --detach} started, in directories of its own. */
final class StackUnderTest implements AutoCloseable {
  static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
  private static final Duration BACK_LIMIT = Duration.ofSeconds(90);

  private final Path home;

  private StackUnderTest(Path home) {
    this.home = home;
  }

  static StackUnderTest up(String... options) throws IOException {
    // The space is on purpose.
    StackUnderTest stack = new StackUnderTest(Files.createTempDirectory("impresario acceptance"));
    List<String> words = new ArrayList<>(List.of("up", "--detach"));
    words.addAll(List.of("--port", Integer.toString(FreePorts.one())));
    words.addAll(List.of(options));
    stack.run(words);
    return stack;
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

  static Ran command(Path home, List<String> words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(root().resolve("impresario").toString());
    command.addAll(words);
    Path output = Files.createTempFile("impresario-command", ".out");
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().put("IMPRESARIO_HOME", home.toString());
      builder.environment().put("IMPRESARIO_SKIP_BUILD", "1");
      builder.redirectErrorStream(true).redirectOutput(output.toFile());
      Process process = builder.start();
      process.getOutputStream().close();
      if (!process.waitFor(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroy();
        throw new IOException(words + " did not end: " + Files.readString(output));
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
    return EmbeddedPostgres.connect(
        url.getPort(), url.getPath().substring(1), user[0], user[1]);
  }

  /** {@code kill -9} of one process; the launcher starts it again. */
  void kill(String service) {
    process(service).destroyForcibly();
  }

  /** Kills and waits until every process is ready again. */
  void killAndAwaitBack(String service) {
    long killed = process(service).pid();
    kill(service);
    Eventually.passes(
        BACK_LIMIT,
        () -> {
          if (state().path("services").path(service).path("pid").asLong() == killed) {
            throw new AssertionError(service + " was not started again");
          }
          if (command(home, List.of("status")).code() != 0) {
            throw new AssertionError("not everything is ready");
          }
        });
  }

  /** Every process that the launcher started, and what those started. */
  Set<ProcessHandle> processes() throws IOException {
    long launcher =
        JSON.readTree(home.resolve("launcher.json").toFile()).path("launcher").path("pid").asLong();
    return ProcessHandle.of(launcher).stream()
        .flatMap(
            process ->
                java.util.stream.Stream.concat(
                    java.util.stream.Stream.of(process), process.descendants()))
        .collect(Collectors.toSet());
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
