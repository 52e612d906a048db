package io.impresario.local.command;

import io.impresario.embedded.Processes;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.LauncherRecord;
import io.impresario.local.stack.Stack;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code down}: ends the launcher, which ends its processes; data stays. */
@Command(name = "down", description = "Stops what up started; data stays.")
public final class DownCommand implements Callable<Integer> {
  // Longer than the launcher needs when every process has to be killed.
  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final Home home;
  private final Console console;

  public DownCommand(Home home, Console console) {
    this.home = home;
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    Optional<LauncherRecord> record = LauncherRecord.read(home);
    if (record.isEmpty()) {
      console.print("Nothing is up.");
      return 0;
    }
    Optional<ProcessHandle> launcher = record.get().launcher().alive();
    if (launcher.isPresent()) {
      console.say("stopping");
      launcher.get().destroy();
      if (!Processes.ended(launcher.get(), LIMIT)) {
        throw new Problem(
            "The launcher (process " + launcher.get().pid() + ") did not end; kill -9 it.");
      }
    }
    Stack.endLeftovers(home);
    console.say("everything is stopped");
    return 0;
  }
}
