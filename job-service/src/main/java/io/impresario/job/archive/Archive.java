package io.impresario.job.archive;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarUtils;

/** Unpacks gzip tarballs, tar files and zip files; their first bytes tell which. Blocks. */
public final class Archive {
  /** A tar file tells at the end of its first block. */
  private static final int FIRST_BYTES = 512;

  private static final String GZIP = "\u001f\u008b";
  private static final String ZIP = "PK\u0003\u0004";
  private static final String EMPTY_ZIP = "PK\u0005\u0006";

  /** What people send too, named so that they know what to change. */
  private static final Map<String, String> OTHERS =
      Map.of(
          "BZh", "a bzip2 file",
          "\u00fd7zXZ", "an xz file",
          "(\u00b5/\u00fd", "a zstd file",
          "7z\u00bc\u00af", "a 7z file",
          "Rar!", "a RAR file");

  private Archive() {}

  /**
   * Unpacks an archive that a stranger made.
   *
   * @param into an existing, empty directory of ours
   * @throws IOException when our own disk fails, never for what the archive holds
   */
  public static Unpacking unpack(Path archive, Path into, ArchiveLimits limits) throws IOException {
    SafeTree tree = new SafeTree(into, limits);
    try {
      fill(tree, archive);
      return tree.finish();
    } catch (RefusedEntry e) {
      return new Unpacking.Refused(String.valueOf(e.getMessage()));
    }
  }

  private static void fill(SafeTree tree, Path archive) throws IOException {
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive))) {
      file.mark(FIRST_BYTES);
      byte[] first = file.readNBytes(FIRST_BYTES);
      file.reset();
      String magic = new String(first, StandardCharsets.ISO_8859_1);
      if (magic.startsWith(GZIP)) {
        new Tarball(new GunzipStream(file)).unpackTo(tree);
      } else if (magic.startsWith(ZIP) || magic.startsWith(EMPTY_ZIP)) {
        Zip.unpack(archive, tree);
      } else if (isTar(first)) {
        new Tarball(file).unpackTo(tree);
      } else {
        throw new RefusedEntry(
            "The source is not a gzip file, a tar file or a zip file" + but(magic));
      }
    }
  }

  private static boolean isTar(byte[] first) {
    return first.length == FIRST_BYTES
        && (TarArchiveInputStream.matches(first, first.length) || TarUtils.verifyCheckSum(first));
  }

  private static String but(String magic) {
    return OTHERS.entrySet().stream()
        .filter(other -> magic.startsWith(other.getKey()))
        .findFirst()
        .map(other -> " but " + other.getValue() + ": pack it as .tar.gz or .zip.")
        .orElse(".");
  }
}
