package io.impresario.local.command;

import io.impresario.embedded.JavaCommand;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.LauncherRecord;
import io.impresario.local.stack.StackOptions;
import io.impresario.local.terminal.LogRotation;
import io.impresario.local.terminal.LogTail;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.util.List;

/** {@code up --detach}: the same launcher in a session of its own, watched until it is ready. */
final class Detached {
  private Detached() {}

  static int up(Home home, StackOptions options, boolean clean)
      throws IOException, InterruptedException {
    Files.deleteIfExists(home.launcherLog());
    Files.deleteIfExists(LogRotation.before(home.launcherLog()));
    Process launcher = launch(home, options, clean);
    Thread cancel = new Thread(launcher::destroy, "cancel-up");
    Runtime.getRuntime().addShutdownHook(cancel);
    LogTail.follow(
        home.launcherLog(), System.out, () -> launcher.isAlive() && !isReady(home, launcher));
    if (!launcher.isAlive()) {
      if (launcher.waitFor() == 0) {
        return 0;
      }
      throw new Problem("The stack did not start; see above, or " + home.launcherLog() + ".");
    }
    Runtime.getRuntime().removeShutdownHook(cancel);
    return 0;
  }

  private static boolean isReady(Home home, Process launcher) {
    try {
      return LauncherRecord.read(home)
          .filter(record -> record.launcher().pid() == launcher.pid())
          .filter(LauncherRecord::ready)
          .isPresent();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Process launch(Home home, StackOptions options, boolean clean) throws IOException {
    List<String> command =
        JavaCommand.with(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of("io.impresario.local.Main", "up"));
    command.addAll(List.of("--port", Integer.toString(options.port())));
    command.addAll(List.of("--data", home.data().toString()));
    if (clean) {
      command.add("--clean");
    }
    options
        .settings()
        .forEach(
            (service, values) ->
                values.forEach(
                    (key, value) ->
                        command.addAll(List.of("--set", service + "." + key + "=" + value))));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.launcherLog().toFile()));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }
}
