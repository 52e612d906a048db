package io.impresario.local.process;

import io.impresario.embedded.OwnSession;
import io.impresario.embedded.Processes;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Ends processes that lead groups of their own: asks, waits, then kills what is left. */
public final class Ending {
  private static final Duration AFTER_KILL = Duration.ofSeconds(5);

  private Ending() {}

  /** SIGTERM to all, then SIGKILL to those (and their groups) that live on after the grace. */
  public static void end(List<ProcessHandle> processes, Duration grace) throws IOException {
    processes.forEach(ProcessHandle::destroy);
    killAfter(processes, grace);
  }

  /** SIGINT: the fast shutdown of PostgreSQL. */
  public static void interrupt(ProcessHandle process, Duration grace) throws IOException {
    signal("INT", Long.toString(process.pid()));
    killAfter(List.of(process), grace);
  }

  private static void killAfter(List<ProcessHandle> processes, Duration grace) throws IOException {
    long deadline = System.nanoTime() + grace.toNanos();
    for (ProcessHandle process : processes) {
      Duration rest = Duration.ofNanos(Math.max(1_000_000, deadline - System.nanoTime()));
      if (!Processes.ended(process, rest)) {
        process.destroyForcibly();
        Processes.ended(process, AFTER_KILL);
      }
      if (!OwnSession.prefix().isEmpty()) {
        signal("KILL", "-" + process.pid());
      }
    }
  }

  private static void signal(String signal, String target) throws IOException {
    Process kill =
        new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + target)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    Processes.ended(kill.toHandle(), AFTER_KILL);
  }
}
