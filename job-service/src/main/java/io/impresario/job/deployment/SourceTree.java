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
import org.jspecify.annotations.Nullable;

/** An uploaded source on disk. Blocks. */
final class SourceTree {
  private static final int HINT_DEPTH = 4;

  private SourceTree() {}

  /**
   * An unpacked source.
   *
   * @param wrong what keeps it from being built, or null
   * @param warnings for its author
   */
  record Unpacked(@Nullable String wrong, List<String> warnings) {}

  static Unpacked unpack(Path archive, Path tree, String entryPoint) throws IOException {
    Files.createDirectories(tree);
    if (Archive.unpack(archive, tree, ArchiveLimits.SOURCE) instanceof Unpacking.Refused refused) {
      return new Unpacked(refused.reason(), List.of());
    }
    List<String> warnings = strays(Husk.removeStrays(tree));
    Optional<String> refused = Husk.removeFolder(tree, entryPoint);
    if (refused.isPresent() || Files.isRegularFile(tree.resolve(entryPoint))) {
      return new Unpacked(refused.orElse(null), warnings);
    }
    String missing = "The entry point " + entryPoint + " is not in the archive.";
    return new Unpacked(missing + hint(tree, entryPoint), warnings);
  }

  private static List<String> strays(List<String> files) {
    return files.isEmpty()
        ? List.of()
        : List.of(
            "Files that macOS adds to archives were ignored: "
                + String.join(", ", files.subList(0, Math.min(5, files.size())))
                + (files.size() > 5 ? " and " + (files.size() - 5) + " more" : "")
                + ". COPYFILE_DISABLE=1 keeps tar from adding them.");
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
