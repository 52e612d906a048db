package io.impresario.acceptance;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What runs left on this machine: processes that know the stack's directory by their command, their
 * environment or their mounts, wherever in the process tree they ended up, and directories.
 */
final class Leftovers {
  private Leftovers() {}

  /** The command lines of browsers and workers of a stack, each browser by its first process. */
  static List<String> processes(Path home) {
    String mark = home.getFileName().toString().replace(" ", "");
    try (Stream<Path> all = Files.list(Path.of("/proc"))) {
      return all.filter(process -> process.getFileName().toString().matches("\\d+"))
          .filter(process -> isOfARun(read(process.resolve("cmdline"))))
          .filter(process -> knows(process, mark))
          .map(process -> process.getFileName() + " " + read(process.resolve("cmdline")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The directories of runs. */
  static List<Path> directories(StackUnderTest stack) {
    List<Path> found = new ArrayList<>();
    for (String replica : stack.replicas("job-service")) {
      found.addAll(directories(stack.data(replica)));
    }
    return found;
  }

  static List<Path> directories(Path data) {
    Path cells = data.resolve("cells");
    if (!Files.exists(cells)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(cells)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static boolean isBrowser(String command) {
    return command.contains("--remote-debugging-pipe") && !command.contains("--type=");
  }

  private static boolean isOfARun(String command) {
    return isBrowser(command) || command.contains("worker/main.mjs");
  }

  private static boolean knows(Path process, String mark) {
    return Stream.of("cmdline", "environ", "mountinfo")
        // A mount's space is written as \040.
        .map(file -> read(process.resolve(file)).replace("\\040", "").replace(" ", ""))
        .anyMatch(text -> text.contains(mark));
  }

  /** Empty when the process is gone. */
  private static String read(Path file) {
    try {
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8).replace('\0', ' ');
    } catch (IOException gone) {
      return "";
    }
  }
}
