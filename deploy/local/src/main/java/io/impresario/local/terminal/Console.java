package io.impresario.local.terminal;

import java.io.PrintStream;
import java.time.Duration;

/** What the user sees: one line per event, with the seconds since the start. */
public final class Console {
  private final PrintStream out;
  private final long start = System.nanoTime();

  public Console(PrintStream out) {
    this.out = out;
  }

  /** A line of progress. */
  public void say(String line) {
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    out.printf("[%5.1f s] %s%n", elapsed.toMillis() / 1000.0, line);
    out.flush();
  }

  /** A line as it is. */
  public void print(String line) {
    out.println(line);
    out.flush();
  }
}
