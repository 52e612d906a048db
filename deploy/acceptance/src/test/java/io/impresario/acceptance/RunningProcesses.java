package io.impresario.acceptance;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;

/** What runs on this machine, as {@code /proc} tells. */
final class RunningProcesses {
  private RunningProcesses() {}

  /** Those that name the directory on their command line or in their environment. */
  static Set<ProcessHandle> of(Path directory) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> mentions(process, directory))
        .collect(Collectors.toSet());
  }

  private static boolean mentions(ProcessHandle process, Path directory) {
    return read(process, "cmdline").contains(directory.toString())
        || read(process, "environ").contains(directory.toString());
  }

  private static String read(ProcessHandle process, String file) {
    try {
      Path path = Path.of("/proc", Long.toString(process.pid()), file);
      return new String(Files.readAllBytes(path), StandardCharsets.ISO_8859_1);
    } catch (IOException goneOrForeign) {
      return "";
    }
  }
}
