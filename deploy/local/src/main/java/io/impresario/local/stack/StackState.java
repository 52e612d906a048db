package io.impresario.local.stack;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code state.json}: what a script needs to use a stack that is up. It holds keys: mode 0600.
 *
 * @param postgresUrl of the superuser, for looking inside
 */
public record StackState(
    String url,
    String apiKey,
    String adminKey,
    String kafkaBootstrap,
    String postgresUrl,
    Map<String, Running> services) {

  /** The broker and the database have a process id only. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Running(long pid, @Nullable String url, @Nullable String managementUrl) {}

  public static Optional<StackState> read(Home home) throws IOException {
    return Files.exists(home.stateFile())
        ? Optional.of(Json.MAPPER.readValue(home.stateFile().toFile(), StackState.class))
        : Optional.empty();
  }

  void write(Home home) throws IOException {
    replace(home.stateFile(), this);
  }

  /** A reader sees the old file or the new one, never a part. */
  static void replace(Path file, Object content) throws IOException {
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    Files.deleteIfExists(draft);
    Files.createFile(
        draft, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    Files.writeString(draft, Json.MAPPER.writeValueAsString(content) + "\n");
    Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  @Override
  public String toString() {
    return "StackState[" + url + "]";
  }
}
