package io.impresario.acceptance;

import io.impresario.testing.Eventually;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A command of the launcher that goes on until it is ended, as in a terminal of its own. */
record Foreground(Process process, Path output) {
  // Beside a build that uses both cores a start takes several times as long as alone.
  static final Duration UP_LIMIT = Eventually.LIMIT;

  /** The launcher itself: the script makes way for it, so that signals reach it. */
  static Foreground start(Path home, Path output, List<String> words) throws IOException {
    List<String> command = new ArrayList<>(withSigint());
    command.add(StackUnderTest.root().resolve("impresario").toString());
    command.addAll(words);
    return new Foreground(StackUnderTest.start(home, command, Map.of(), output), output);
  }

  /** Whoever runs the tests in the background of a shell has SIGINT ignored, also for children. */
  private static List<String> withSigint() {
    Path env = Path.of("/usr/bin/env");
    return Files.exists(Path.of("/proc/self"))
        ? List.of(env.toString(), "--default-signal=INT")
        : List.of();
  }

  String text() {
    try {
      return Files.readString(output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void awaitText(String part, Duration limit) {
    Eventually.isTrue(
        limit, part + " in " + output, () -> text().contains(part) || !process.isAlive());
    if (!text().contains(part)) {
      throw new AssertionError(part + " is missing in what was printed:\n" + text());
    }
  }

  Foreground awaitUp() {
    awaitText("Impresario is up.", UP_LIMIT);
    return this;
  }

  /** Ctrl-C; the answer is the exit code. */
  int interrupt() throws InterruptedException {
    StackUnderTest.signal("INT", process.pid());
    return process.waitFor();
  }
}
