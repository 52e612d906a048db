package io.impresario.local.stack;

import io.impresario.embedded.DirectoryTree;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Where things are.
 *
 * @param root the checkout
 * @param state what is true while the stack is up ({@code state.json}); one stack per directory
 * @param data what survives: database, broker, secrets, logs
 */
public record Home(Path root, Path state, Path data) {
  private static final String MARKER = ".impresario-data";

  /** {@code IMPRESARIO_HOME} or {@code .impresario} in the checkout holds the state. */
  public static Home of(Path root, @Nullable Path data) {
    String given = System.getenv("IMPRESARIO_HOME");
    Path state =
        given == null || given.isBlank()
            ? root.resolve(".impresario")
            : Path.of(given).toAbsolutePath().normalize();
    Path directory = data == null ? state.resolve("data") : data.toAbsolutePath().normalize();
    return new Home(root, state, directory);
  }

  public Path stateFile() {
    return state.resolve("state.json");
  }

  /** Held locked by the launcher as long as it lives. */
  public Path lockFile() {
    return state.resolve("launcher.lock");
  }

  public Path launcherFile() {
    return state.resolve("launcher.json");
  }

  /** Who runs a process of the stack in place of the launcher. */
  Path takeoverFile(String process) {
    return state.resolve("dev-" + process + ".json");
  }

  /** What a detached launcher prints. */
  public Path launcherLog() {
    return state.resolve("launcher.log");
  }

  public Path log(String process) {
    return data.resolve("logs").resolve(process + ".log");
  }

  /** Creates the directories, readable by this user only. */
  public void create() throws IOException {
    Files.createDirectories(state);
    Files.createDirectories(data);
    // Beside other things there is no mark: clean() must never take them for ours.
    if (isEmpty(data)) {
      Files.writeString(data.resolve(MARKER), "The data of an Impresario stack.\n");
    }
    Files.createDirectories(data.resolve("logs"));
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwx------"));
  }

  /** Deletes all data; refuses a directory that held anything else when it was first used. */
  public void clean() throws IOException {
    if (!Files.isDirectory(data)) {
      return;
    }
    if (!Files.exists(data.resolve(MARKER)) && !isEmpty(data)) {
      throw new Problem(
          data
              + " was not created by Impresario, so --clean does not delete it; choose another"
              + " --data.");
    }
    DirectoryTree.delete(data);
  }

  private static boolean isEmpty(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.findAny().isEmpty();
    }
  }
}
