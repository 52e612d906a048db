package io.impresario.job.lease;

import io.impresario.rpc.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/**
 * The name under which this process owns jobs: a new one for each start. The data directory
 * remembers it, and its lock tells that the process of that name is gone; so the next process there
 * can end what it left behind at once, without waiting for leases. Replicas that share a directory
 * do without: only the first holds the lock.
 */
@ApplicationScoped
public class Instance {
  private final UUID id;
  private final Optional<UUID> predecessor;

  /** Held until the process ends; the operating system lets go of it, however it ends. */
  @SuppressWarnings({"UnusedVariable", "FieldCanBeLocal"})
  private @Nullable FileLock lock;

  Instance(@ConfigProperty(name = "impresario.job.data-directory") Path directory, Clock clock) {
    this.id = Ids.next(clock);
    try {
      Files.createDirectories(directory);
      this.predecessor = takeOver(directory.resolve("instance"));
    } catch (IOException e) {
      throw new UncheckedIOException("the data directory cannot be used: " + directory, e);
    }
  }

  public UUID id() {
    return id;
  }

  /** The process that used this data directory before and is certainly gone. */
  public Optional<UUID> predecessor() {
    return predecessor;
  }

  private Optional<UUID> takeOver(Path file) throws IOException {
    FileChannel channel =
        FileChannel.open(
            file.resolveSibling("instance.lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException heldInThisProcess) {
      lock = null;
    }
    if (lock == null) {
      channel.close();
      return Optional.empty();
    }
    Optional<UUID> before = read(file);
    Files.writeString(file, id.toString());
    return before;
  }

  private static Optional<UUID> read(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String text = Files.readString(file, StandardCharsets.UTF_8).strip();
    try {
      return Optional.of(UUID.fromString(text));
    } catch (IllegalArgumentException halfWritten) {
      return Optional.empty();
    }
  }
}
