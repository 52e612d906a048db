package io.impresario.local.demo;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** A project folder as {@code deployments/create} takes it: base64 of a gzip tar. */
final class SourceBundle {
  private SourceBundle() {}

  static String of(Path folder) throws IOException {
    List<Path> files;
    try (Stream<Path> tree = Files.walk(folder)) {
      files =
          tree.filter(Files::isRegularFile)
              .filter(file -> !folder.relativize(file).startsWith("node_modules"))
              .sorted()
              .toList();
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
      for (Path file : files) {
        String name = folder.relativize(file).toString().replace('\\', '/');
        tar.putArchiveEntry(new TarArchiveEntry(file.toFile(), name));
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    return Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
