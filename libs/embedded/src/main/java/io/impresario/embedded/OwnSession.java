package io.impresario.embedded;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The words before a command that make it the leader of a session of its own (with the same process
 * id): Ctrl-C in the terminal then does not reach it, and its whole group can be ended at once.
 */
public final class OwnSession {
  private static final List<String> PREFIX =
      Stream.of("/usr/bin/setsid", "/bin/setsid")
          .filter(program -> Files.isExecutable(Path.of(program)))
          .findFirst()
          .map(List::of)
          .orElse(List.of());

  private OwnSession() {}

  /** Empty where there is no {@code setsid} (macOS). */
  public static List<String> prefix() {
    return PREFIX;
  }
}
