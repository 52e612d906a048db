package io.impresario.job.archive;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;

/** Makes zip files for tests, dangerous ones too. */
final class ZipMaker {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final ZipArchiveOutputStream zip = new ZipArchiveOutputStream(bytes);

  /**
   * @param mode of Unix, with the type of the file; 0: as Windows packs
   */
  ZipMaker file(String name, String text, int mode) {
    ZipArchiveEntry entry = new ZipArchiveEntry(name);
    if (mode != 0) {
      entry.setUnixMode(mode);
    }
    try {
      zip.putArchiveEntry(entry);
      zip.write(text.getBytes(StandardCharsets.UTF_8));
      zip.closeArchiveEntry();
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  ZipMaker symlink(String name, String target) {
    return file(name, target, 0120777);
  }

  ZipMaker many(int count, String prefix) {
    for (int i = 0; i < count; i++) {
      file(prefix + i, "", 0);
    }
    return this;
  }

  byte[] bytes() {
    try {
      zip.close();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
