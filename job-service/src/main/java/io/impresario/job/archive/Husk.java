package io.impresario.job.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What packers put around a source: macOS adds files of its own to an archive, and {@code npm
 * pack}, GitHub and most desktops put everything into one folder. Blocks.
 */
public final class Husk {
  /** How an AppleDouble file begins, which holds what other file systems have no place for. */
  private static final byte[] APPLE_DOUBLE = {0, 5, 0x16, 7};

  private static final String MACOS_FOLDER = "__MACOSX";

  private Husk() {}

  /**
   * Removes the files of the packer's own.
   *
   * @return them, relative to the tree
   */
  public static List<String> removeStrays(Path tree) throws IOException {
    List<String> strays = new ArrayList<>();
    Files.walkFileTree(
        tree,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
              throws IOException {
            if (!folder.getFileName().toString().equals(MACOS_FOLDER)) {
              return FileVisitResult.CONTINUE;
            }
            strays.add(tree.relativize(folder) + "/");
            FileTree.delete(folder);
            return FileVisitResult.SKIP_SUBTREE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            if (attributes.isRegularFile() && isStray(file)) {
              strays.add(tree.relativize(file).toString());
              Files.delete(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return strays;
  }

  /**
   * Makes the only folder of a tree the tree, if the file that is wanted lies in it.
   *
   * @return what speaks against it: a link that led from the folder to beside it
   */
  public static Optional<String> removeFolder(Path tree, String wanted) throws IOException {
    List<Path> top = list(tree);
    boolean wrapped =
        top.size() == 1
            && Files.isDirectory(top.get(0), LinkOption.NOFOLLOW_LINKS)
            && !Files.isRegularFile(tree.resolve(wanted))
            && Files.isRegularFile(top.get(0).resolve(wanted));
    if (!wrapped) {
      return Optional.empty();
    }
    Path aside = tree.resolveSibling(tree.getFileName() + "-wrapped");
    Files.move(tree, aside);
    Files.move(aside.resolve(top.get(0).getFileName()), tree);
    FileTree.delete(aside);
    try {
      checkLinks(tree);
      return Optional.empty();
    } catch (RefusedEntry e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
  }

  private static boolean isStray(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (!name.startsWith("._")) {
      return name.equals(".DS_Store");
    }
    try (InputStream content = Files.newInputStream(file)) {
      return Arrays.equals(content.readNBytes(APPLE_DOUBLE.length), APPLE_DOUBLE);
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.limit(2).toList();
    }
  }

  private static void checkLinks(Path tree) throws IOException {
    List<Path> links;
    try (Stream<Path> paths = Files.walk(tree)) {
      links = paths.filter(Files::isSymbolicLink).toList();
    }
    for (Path link : links) {
      List<String> names =
          StreamSupport.stream(tree.relativize(link).spliterator(), false)
              .map(Path::toString)
              .toList();
      EntryPath.link(names, Files.readSymbolicLink(link).toString());
    }
  }
}
