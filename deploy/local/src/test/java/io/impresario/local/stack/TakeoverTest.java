package io.impresario.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.embedded.FreePorts;
import io.impresario.local.process.Keeper;
import io.impresario.local.terminal.Problem;
import io.impresario.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TakeoverTest {
  private static final String NAME = "log-service";

  private final Home home;
  private final Layout layout;
  private final Keeper keeper;
  private final List<Process> started = new CopyOnWriteArrayList<>();
  private LauncherRecord record;

  TakeoverTest(@TempDir Path directory) throws IOException {
    home = new Home(directory, directory.resolve("state"), directory.resolve("data"));
    Map<String, Map<String, String>> settings = Map.of(NAME, Map.of("impresario.query.x", "7"));
    StackOptions options = new StackOptions(FreePorts.one(), settings, false);
    layout = Layout.of(options);
    record = LauncherRecord.ofThis(home, layout, options);
    keeper = new Keeper(NAME, this::launch, () -> true, new Recorder());
  }

  @BeforeEach
  void start() throws Exception {
    home.create();
    record.write(home);
    keeper.start();
    assertThat(keeper.awaitReadyOrFailed(Duration.ofSeconds(20))).isTrue();
  }

  @AfterEach
  void end() throws Exception {
    keeper.release();
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void takesThePlaceOfTheLaunchersProcess() throws Exception {
    ProcessHandle own = keeper.process().orElseThrow();
    ProcessHandle taker = sleeper();
    Takeover takeover = Takeover.begin(home, NAME, taker);
    assertThat(own.isAlive()).isFalse();
    assertThat(keeper.process()).contains(taker);
    assertThat(takeover.module()).isEqualTo("log-service");
    assertThatThrownBy(() -> Takeover.begin(home, NAME, sleeper()))
        .isInstanceOf(Problem.class)
        .hasMessage("log-service is taken over already.");
  }

  @Test
  void hasTheSettingsOfTheProcessThatItReplaces() throws Exception {
    ProcessBuilder builder = new ProcessBuilder("true");
    builder.environment().put("QUARKUS_PROFILE", "of the shell");
    Takeover.begin(home, NAME, sleeper()).configure(builder);
    Replica replica = layout.named(NAME).orElseThrow();
    assertThat(builder.environment())
        .containsEntry("QUARKUS_HTTP_PORT", Integer.toString(replica.port()))
        .containsEntry("QUARKUS_MANAGEMENT_PORT", Integer.toString(replica.managementPort()))
        .containsEntry(
            "QUARKUS_DATASOURCE_PASSWORD", Secrets.of(home.data()).loginPasswords().get("log"))
        .containsEntry("IMPRESARIO_QUERY_X", "7")
        .doesNotContainKey("QUARKUS_PROFILE");
    // A setting of --set may be a secret.
    assertThat(Files.getPosixFilePermissions(home.launcherFile()))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
  }

  @Test
  void endsWithTheProcessThatTookOver() throws Exception {
    ProcessHandle taker = sleeper();
    Takeover.begin(home, NAME, taker);
    taker.destroyForcibly();
    Eventually.passes(() -> assertThat(keeper.process()).isPresent().get().isNotEqualTo(taker));
  }

  @Test
  void needsAStackWithThatService() throws IOException {
    assertThatThrownBy(() -> Takeover.begin(home, "kafka", ProcessHandle.current()))
        .isInstanceOf(Problem.class)
        .hasMessage("The stack has no service kafka.");
    Files.delete(home.launcherFile());
    assertThatThrownBy(() -> Takeover.begin(home, NAME, ProcessHandle.current()))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("Impresario is not up");
  }

  private ProcessHandle launch() throws IOException {
    Optional<ProcessHandle> taker = Takeover.by(home, NAME);
    return taker.isPresent() ? taker.get() : sleeper();
  }

  private ProcessHandle sleeper() throws IOException {
    Process process = new ProcessBuilder("sleep", "60").start();
    started.add(process);
    return process.toHandle();
  }

  private final class Recorder implements Keeper.Watch {
    @Override
    public void said(String line) {}

    @Override
    public void started(String name, ProcessHandle process) {
      try {
        record = record.with(name, process);
        record.write(home);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void ready(String name, Duration after, boolean again) {}

    @Override
    public void ended(String name, long pid) {}
  }
}
