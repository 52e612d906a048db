package io.impresario.local.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.local.terminal.Console;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** {@code up} while a stack is up with port 7500 and two of job-service. */
class UpCommandTest {
  @TempDir Path root;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  @BeforeEach
  void beUp() throws IOException {
    ProcessHandle self = ProcessHandle.current();
    Path state = Files.createDirectories(root.resolve(".impresario"));
    Files.writeString(
        state.resolve("launcher.json"),
        """
        {"launcher": {"pid": %d, "started_at_millis": %d}, "data": "%s", "ready": false, "processes": {},
         "layout": {"postgres_port": 1, "kafka_port": 2, "kafka_controller_port": 3, "replicas": []},
         "options": {"port": 7500, "settings": {"job-service": {"replicas": "2"}}, "temporary": false}}
        """
            .formatted(
                self.pid(),
                self.info().startInstant().map(Instant::toEpochMilli).orElse(0L),
                root.resolve(".impresario/data")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "--port 7500",
        "--set job-service.replicas=2",
        "--port=7500 --data DATA --set job-service.replicas=2"
      })
  void takesTheOptionsThatItWasStartedWith(String options) {
    assertThat(up(options)).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("starting already");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--port 7400",
        "--data other",
        "--clean",
        "--set job-service.replicas=1",
        "--set log-service.replicas=2",
        "--port 7400 --clean --set job-service.a.b=c"
      })
  void refusesWhatItWouldIgnore(String options) {
    StringBuilder said = new StringBuilder();
    assertThat(up(options, said)).isEqualTo(1);
    assertThat(said).contains("starting already").contains("ignored: " + options);
  }

  @Test
  void namesOnlyWhatDiffers() {
    StringBuilder said = new StringBuilder();
    assertThat(up("--port 7500 --set job-service.replicas=3", said)).isEqualTo(1);
    assertThat(said).contains("ignored: --set job-service.replicas=3").doesNotContain("--port");
  }

  private int up(String options) {
    return up(options, new StringBuilder());
  }

  private int up(String options, StringBuilder said) {
    CommandLine up = new CommandLine(new UpCommand(root, new Console(new PrintStream(out, true))));
    up.setExecutionExceptionHandler(
        (failure, command, result) -> {
          said.append(failure.getMessage());
          return 1;
        });
    String data = root.resolve(".impresario/data").toString();
    List<String> words = List.of(("--detach " + options).strip().replace("DATA", data).split(" "));
    return up.execute(words.toArray(String[]::new));
  }
}
