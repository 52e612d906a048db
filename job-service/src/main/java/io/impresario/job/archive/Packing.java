package io.impresario.job.archive;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipParameters;

/** Packs a directory into a gzip tarball that {@link Archive} unpacks again. Blocks. */
public final class Packing {
  /** Packing stands between the end of a build and "ready"; level 1 is three times as fast as 6. */
  private static final int COMPRESSION_LEVEL = 1;

  private static final int EXECUTABLE = 0100755;
  private static final int PLAIN = 0100644;

  private Packing() {}

  /** Links are kept as links; sockets and other special files are left out. */
  public static void pack(Path directory, Path archive) throws IOException {
    GzipParameters gzip = new GzipParameters();
    gzip.setCompressionLevel(COMPRESSION_LEVEL);
    try (OutputStream file = new BufferedOutputStream(Files.newOutputStream(archive));
        OutputStream compressed = new GzipCompressorOutputStream(file, gzip);
        TarArchiveOutputStream tar = new TarArchiveOutputStream(compressed, "UTF-8")) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(true);
      Files.walkFileTree(directory, new Packer(directory, tar));
    }
  }

  private static final class Packer extends SimpleFileVisitor<Path> {
    private final Path root;
    private final TarArchiveOutputStream tar;

    Packer(Path root, TarArchiveOutputStream tar) {
      this.root = root;
      this.tar = tar;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      if (!directory.equals(root)) {
        put(new TarArchiveEntry(root.relativize(directory) + "/"));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      String name = root.relativize(file).toString();
      if (attributes.isSymbolicLink()) {
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(Files.readSymbolicLink(file).toString());
        put(entry);
      } else if (attributes.isRegularFile()) {
        putFile(file, name, attributes.size());
      }
      return FileVisitResult.CONTINUE;
    }

    private void putFile(Path file, String name, long size) throws IOException {
      TarArchiveEntry entry = new TarArchiveEntry(name);
      entry.setSize(size);
      entry.setMode(Files.isExecutable(file) ? EXECUTABLE : PLAIN);
      tar.putArchiveEntry(entry);
      Files.copy(file, tar);
      tar.closeArchiveEntry();
    }

    private void put(TarArchiveEntry entry) throws IOException {
      tar.putArchiveEntry(entry);
      tar.closeArchiveEntry();
    }
  }
}
