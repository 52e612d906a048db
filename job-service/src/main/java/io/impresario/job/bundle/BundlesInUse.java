package io.impresario.job.bundle;

import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Which cached bundles the runs of this process hold, so that none is removed under its feet. */
@ApplicationScoped
public class BundlesInUse {
  /** How many runs, by the folder's name. */
  private final ConcurrentHashMap<String, Integer> runs = new ConcurrentHashMap<>();

  /** From here on the bundle stays where it is, once it is there, until {@link #release}. */
  public void hold(UUID deployment) {
    runs.merge(deployment.toString(), 1, Integer::sum);
  }

  public void release(UUID deployment) {
    runs.computeIfPresent(deployment.toString(), (name, count) -> count == 1 ? null : count - 1);
  }

  /**
   * Moves a bundle out of sight, so that no job is given a folder that is being emptied.
   *
   * @param youngest not if it was used later than that, by another process with the same folder
   * @return where it is now; empty when somebody uses it
   */
  Optional<Path> moveAside(Path folder, Instant youngest) {
    Path aside = folder.resolveSibling(BundleCache.PARTIAL + UUID.randomUUID());
    boolean[] moved = new boolean[1];
    runs.compute(
        folder.getFileName().toString(),
        (name, count) -> {
          moved[0] = count == null && move(folder, aside, youngest);
          return count;
        });
    return moved[0] ? Optional.of(aside) : Optional.empty();
  }

  private static boolean move(Path folder, Path aside, Instant youngest) {
    try {
      boolean old = Files.getLastModifiedTime(folder).toInstant().isBefore(youngest);
      if (old) {
        Files.move(folder, aside, StandardCopyOption.ATOMIC_MOVE);
      }
      return old;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
