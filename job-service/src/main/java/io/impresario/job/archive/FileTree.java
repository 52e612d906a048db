package io.impresario.job.archive;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Whole directories; links are never followed. Blocks. */
public final class FileTree {
  private FileTree() {}

  /** Deletes the directory with all that is in it, if it is there. */
  public static void delete(Path directory) throws IOException {
    try {
      Files.walkFileTree(directory, new Deleter());
    } catch (NoSuchFileException gone) {
      // Somebody else deletes it too.
    }
  }

  /** The sum of the sizes of its files. */
  public static long bytes(Path directory) throws IOException {
    Sizes sizes = new Sizes();
    Files.walkFileTree(directory, sizes);
    return sizes.bytes;
  }

  private static final class Deleter extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }

  private static final class Sizes extends SimpleFileVisitor<Path> {
    private long bytes;

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      bytes += attributes.size();
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException failure) {
      return FileVisitResult.CONTINUE;
    }
  }
}
