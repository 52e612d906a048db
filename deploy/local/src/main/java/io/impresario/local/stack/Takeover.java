package io.impresario.local.stack;

import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A service that another process runs in place of the launcher, under its address and with its
 * settings. It lasts as long as that process lives; then the launcher starts the service again.
 * When the stack goes down, that process is ended like any other of the stack.
 */
public final class Takeover {
  // Longer than a job-service drains its runs and the launcher pauses before a start.
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Home home;
  private final LauncherRecord record;
  private final Replica replica;

  private Takeover(Home home, LauncherRecord record, Replica replica) {
    this.home = home;
    this.record = record;
    this.replica = replica;
  }

  /** Takes a process over from the launcher that lives; returns when the launcher knows. */
  public static Takeover begin(Home home, String name, ProcessHandle taker)
      throws IOException, InterruptedException {
    LauncherRecord record =
        LauncherRecord.read(home)
            .filter(read -> read.launcher().alive().isPresent())
            .orElseThrow(
                () -> new Problem("Impresario is not up; start it with ./impresario up --detach."));
    Replica replica =
        record
            .layout()
            .named(name)
            .orElseThrow(() -> new Problem("The stack has no service " + name + "."));
    if (by(home, name).isPresent()) {
      throw new Problem(name + " is taken over already.");
    }
    Takeover takeover =
        new Takeover(new Home(home.root(), home.state(), Path.of(record.data())), record, replica);
    takeover.announce(LauncherRecord.Started.of(taker));
    return takeover;
  }

  /** The process that takes the place of the launcher's own; the launcher asks before a start. */
  static Optional<ProcessHandle> by(Home home, String name) throws IOException {
    return Files.exists(home.takeoverFile(name))
        ? Json.MAPPER
            .readValue(home.takeoverFile(name).toFile(), LauncherRecord.Started.class)
            .alive()
        : Optional.empty();
  }

  /** The module of the service. */
  public String module() {
    return replica.kind().module();
  }

  /** Gives a process the environment that the launcher gives this service. */
  public void configure(ProcessBuilder builder) throws IOException {
    Secrets secrets = Secrets.of(home.data());
    new ServiceProcess(home, record.layout(), secrets, record.options())
        .configure(builder, replica);
  }

  private void announce(LauncherRecord.Started taker) throws IOException, InterruptedException {
    StackState.replace(home.takeoverFile(replica.name()), taker);
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      LauncherRecord now = LauncherRecord.read(home).orElse(record);
      Optional<LauncherRecord.Started> running =
          Optional.ofNullable(now.processes().get(replica.name()));
      if (running.equals(Optional.of(taker))) {
        return;
      }
      running.flatMap(LauncherRecord.Started::alive).ifPresent(ProcessHandle::destroy);
      TimeUnit.MILLISECONDS.sleep(100);
    }
    throw new Problem(
        "The launcher did not hand %s over within %d s; see ./impresario logs launcher."
            .formatted(replica.name(), LIMIT.toSeconds()));
  }
}
