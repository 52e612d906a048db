package io.impresario.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.embedded.OwnSession;
import io.impresario.testing.Eventually;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardianTest {
  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

  @TempDir Path directory;

  private final List<Process> started = new ArrayList<>();

  @AfterEach
  void end() {
    started.forEach(Process::destroyForcibly);
  }

  @Test
  void endsWhatItWasToldWhenItsPipeEnds() throws Exception {
    Path temporary = Files.createDirectories(directory.resolve("of a demo/with data"));
    Process stubborn = session("trap '' TERM; sleep 60 & wait; sleep 60");
    Process forgotten = session("exec sleep 60");
    ProcessHandle grandchild =
        Eventually.present(Eventually.LIMIT, "its child", () -> stubborn.children().findFirst());
    Process guardian = sh(ROOT.resolve("deploy/local/guardian.sh").toString());
    tell(
        guardian,
        "add " + stubborn.pid(),
        "add " + forgotten.pid(),
        "remove " + forgotten.pid(),
        "delete " + temporary.getParent());
    guardian.getOutputStream().close();
    assertThat(guardian.waitFor()).isZero();
    assertThat(stubborn.isAlive()).isFalse();
    Eventually.isTrue("its group is gone", () -> !grandchild.isAlive());
    assertThat(temporary.getParent()).doesNotExist();
    assertThat(forgotten.isAlive()).isTrue();
  }

  @Test
  void doesNothingWhenItIsDismissed() throws Exception {
    Process kept = session("exec sleep 60");
    Guardian guardian = guardian();
    guardian.watch(kept.toHandle());
    ProcessHandle shell = startedShell();
    guardian.dismiss();
    Eventually.isTrue("it is gone", () -> !shell.isAlive());
    assertThat(kept.isAlive()).isTrue();
    assertThat(shell()).isEmpty();
  }

  @Test
  void hasASuccessorWhenItIsKilled() throws Exception {
    Guardian guardian = guardian();
    ProcessHandle first = startedShell();
    first.destroyForcibly();
    // Telling it something while the pipe changes hands must not fail either.
    guardian.watch(ProcessHandle.current());
    guardian.forget(ProcessHandle.current().pid());
    Eventually.isTrue(
        "a successor", () -> shell().filter(shell -> !shell.equals(first)).isPresent());
    guardian.dismiss();
    Eventually.isTrue("it is gone", () -> shell().isEmpty());
  }

  private Guardian guardian() throws IOException {
    return Guardian.start(
        ROOT.resolve("deploy/local/guardian.sh"), directory.resolve("guardian.log"));
  }

  private Process session(String script) throws IOException {
    List<String> command = new ArrayList<>(OwnSession.prefix());
    command.addAll(List.of("/bin/sh", "-c", script));
    Process process = new ProcessBuilder(command).start();
    started.add(process);
    return process;
  }

  private Process sh(String script) throws IOException {
    Process process =
        new ProcessBuilder("/bin/sh", script)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    started.add(process);
    return process;
  }

  private static void tell(Process guardian, String... lines) throws IOException {
    OutputStream pipe = guardian.getOutputStream();
    pipe.write((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    pipe.flush();
  }

  /** A new process has its own command line only after a moment. */
  private static ProcessHandle startedShell() {
    return Eventually.present(Eventually.LIMIT, "the shell", GuardianTest::shell);
  }

  private static Optional<ProcessHandle> shell() {
    return ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("guardian.sh"))
        .findFirst();
  }
}
