package io.impresario.local.command;

import io.impresario.local.stack.Home;
import io.impresario.local.stack.LauncherRecord;
import io.impresario.local.stack.LogTail;
import io.impresario.local.stack.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code logs SERVICE}: what a process of the stack wrote, also after it is down. */
public final class LogsCommand {
  private LogsCommand() {}

  public static int run(Home home, Arguments arguments) throws IOException, InterruptedException {
    boolean follow = arguments.flag("--follow") | arguments.flag("-f");
    String name = arguments.word("a service, for example: ./impresario logs job-service");
    arguments.end();
    Path log = file(home, name);
    if (!Files.exists(log)) {
      throw new Problem(
          "There is no log of "
              + name
              + "; ./impresario status names what runs, and launcher is"
              + " one more.");
    }
    // An error means that the reader is gone: "| head" has seen enough.
    LogTail.follow(log, 0, System.out, () -> follow && !System.out.checkError());
    return 0;
  }

  private static Path file(Home home, String name) throws IOException {
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
