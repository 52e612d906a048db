package io.impresario.local.command;

import io.impresario.local.stack.Home;
import io.impresario.local.stack.LauncherRecord;
import io.impresario.local.terminal.LogTail;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code logs SERVICE}: what a process of the stack wrote, also after it is down. */
@Command(
    name = "logs",
    description = "Prints the log of a service, of kafka, postgres or the launcher.")
public final class LogsCommand implements Callable<Integer> {
  private final Home home;

  @Parameters(paramLabel = "SERVICE", description = "For example job-service, or kafka.")
  private String name = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Keep printing what is added.")
  private boolean follow;

  public LogsCommand(Home home) {
    this.home = home;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path log = file();
    if (!Files.exists(log)) {
      throw new Problem(
          "There is no log of "
              + name
              + "; ./impresario status lists what runs, and launcher has"
              + " a log too.");
    }
    // An error means that the reader is gone: "| head" has seen enough.
    LogTail.follow(log, System.out, () -> follow && !System.out.checkError());
    return 0;
  }

  private Path file() throws IOException {
    if (!name.matches("[a-z0-9-]+")) {
      throw new Problem("There is no service " + name + ".");
    }
    if (name.equals("launcher")) {
      return home.launcherLog();
    }
    // While a stack is up its data directory may be another than the default.
    Path data = LauncherRecord.read(home).map(up -> Path.of(up.data())).orElse(home.data());
    return new Home(home.root(), home.state(), data).log(name);
  }
}
