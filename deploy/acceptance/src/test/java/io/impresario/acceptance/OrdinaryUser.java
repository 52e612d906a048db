package io.impresario.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs programs as a user without any rights. That takes root, and a checkout, a Java, a Node and a
 * Chromium that everybody may read.
 */
final class OrdinaryUser {
  private static final List<String> NOBODY =
      List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");
  private static final String CAN_RUN =
      """
      for file in "$@"; do test -r "$file" || exit 1; done
      "$0" help && node --version && { command -v chromium || command -v google-chrome; }
      """;

  private final Path folder;

  private OrdinaryUser(Path folder) {
    this.folder = folder;
  }

  /** A user whose home is the folder. */
  static OrdinaryUser in(Path folder) throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    return new OrdinaryUser(folder);
  }

  boolean canRunTheLauncher() {
    Path root = StackUnderTest.root();
    List<String> command = new ArrayList<>(NOBODY);
    command.addAll(List.of("sh", "-c", CAN_RUN, root.resolve("impresario").toString()));
    for (String file :
        List.of(
            "job-service/target/quarkus-app/quarkus-run.jar",
            "job-service/executor/node_modules/.installed")) {
      command.add(root.resolve(file).toString());
    }
    try {
      return StackUnderTest.ran(folder, command, environment()).code() == 0;
    } catch (IOException noSetpriv) {
      return false;
    }
  }

  StackUnderTest.Ran command(List<String> words) throws IOException {
    List<String> command = new ArrayList<>(NOBODY);
    command.add(StackUnderTest.root().resolve("impresario").toString());
    command.addAll(words);
    return StackUnderTest.ran(folder, command, environment());
  }

  private Map<String, String> environment() {
    return Map.of("HOME", folder.toString(), "XDG_CACHE_HOME", folder.resolve("cache").toString());
  }
}
