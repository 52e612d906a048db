package io.impresario.job.deployment;

import io.impresario.job.archive.Archive;
import io.impresario.job.archive.ArchiveLimits;
import io.impresario.job.archive.Husk;
import io.impresario.job.archive.Unpacking;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** An uploaded source on disk. Blocks. */
final class SourceTree {
  private static final int HINT_DEPTH = 4;

  private SourceTree() {}

  /**
   * Unpacks the source.
   *
   * @return what is wrong with it, or nothing
   */
  static Optional<String> unpack(Path archive, Path tree, String entryPoint) throws IOException {
    Files.createDirectories(tree);
    if (Archive.unpack(archive, tree, ArchiveLimits.SOURCE) instanceof Unpacking.Refused refused) {
      return Optional.of(refused.reason());
    }
    Husk.removeStrays(tree);
    Optional<String> refused = Husk.removeFolder(tree, entryPoint);
    if (refused.isPresent() || Files.isRegularFile(tree.resolve(entryPoint))) {
      return refused;
    }
    return Optional.of(
        "The entry point " + entryPoint + " is not in the archive." + hint(tree, entryPoint));
  }

  /** The usual mistake is to pack a folder above the project's. */
  private static String hint(Path tree, String entryPoint) throws IOException {
    try (Stream<Path> files =
        Files.find(tree, HINT_DEPTH, (path, attributes) -> attributes.isRegularFile())) {
      List<String> names = files.map(file -> tree.relativize(file).toString()).sorted().toList();
      Optional<String> inside =
          names.stream().filter(name -> name.endsWith("/" + entryPoint)).findFirst();
      if (inside.isPresent()) {
        return " There is " + inside.get() + ": set entry_point, or pack the folder's content.";
      }
      return " It has " + String.join(", ", names.subList(0, Math.min(5, names.size()))) + ".";
    }
  }
}
