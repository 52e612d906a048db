package io.impresario.local.process;

import io.impresario.embedded.OwnSession;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A shell that outlives the launcher: it is told which processes run, and ends them when its pipe
 * ends, however the launcher died. See {@code guardian.sh}. When the shell itself is killed,
 * another takes its place at once.
 */
public final class Guardian {
  private final Path script;
  private final Path log;
  private final Set<Long> watched = new LinkedHashSet<>();
  private @Nullable Path directory;
  private boolean dismissed;
  private OutputStream pipe = OutputStream.nullOutputStream();

  private Guardian(Path script, Path log) {
    this.script = script;
    this.log = log;
  }

  public static Guardian start(Path script, Path log) throws IOException {
    Guardian guardian = new Guardian(script, log);
    guardian.launch();
    return guardian;
  }

  private synchronized void launch() throws IOException {
    List<String> command = new ArrayList<>(OwnSession.prefix());
    command.addAll(List.of("/bin/sh", script.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    Process shell = builder.start();
    pipe = shell.getOutputStream();
    shell.onExit().thenAccept(this::replace);
  }

  /** The shell that follows a killed one is told everything again. */
  private synchronized void replace(Process shell) {
    // One that ends by itself could not be started: another would do no better.
    boolean killed = shell.exitValue() > 128;
    if (dismissed || !killed) {
      return;
    }
    try {
      launch();
      for (long pid : watched) {
        tell("add " + pid);
      }
      Path deleted = directory;
      if (deleted != null) {
        tell("delete " + deleted);
      }
    } catch (IOException noOther) {
      // The stack goes on unguarded: ./impresario down and the next up end what is left of it.
    }
  }

  public synchronized void watch(ProcessHandle process) {
    watched.add(process.pid());
    tell("add " + process.pid());
  }

  public synchronized void forget(long pid) {
    watched.remove(pid);
    tell("remove " + pid);
  }

  /** Deletes the directory too, if it has to act. */
  public synchronized void deleteAfterwards(Path temporary) {
    directory = temporary;
    tell("delete " + temporary);
  }

  /** To be called when everything has been ended: the guardian then finds nothing to do. */
  public synchronized void dismiss() {
    dismissed = true;
    tell("dismiss");
    try {
      pipe.close();
    } catch (IOException broken) {
      // It was killed: there is nothing to dismiss.
    }
  }

  private void tell(String line) {
    try {
      pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
      pipe.flush();
    } catch (IOException killed) {
      // Its successor is told all of this; see replace().
    }
  }
}
