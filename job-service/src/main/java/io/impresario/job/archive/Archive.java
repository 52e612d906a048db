package io.impresario.job.archive;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** Unpacks gzip tarballs. Blocks. */
public final class Archive {
  private static final int OWNER_MAY_EXECUTE = 0100;

  private Archive() {}

  /**
   * Unpacks an archive that a stranger made.
   *
   * @param archive the gzip tarball
   * @param into an existing, empty directory of ours
   * @throws IOException when our own disk fails, never for what the archive holds
   */
  public static Unpacking unpack(Path archive, Path into, ArchiveLimits limits) throws IOException {
    SafeTree tree = new SafeTree(into, limits);
    try (InputStream file = new BufferedInputStream(Files.newInputStream(archive))) {
      return unpackTar(GunzipStream.of(file), tree);
    } catch (RefusedEntry e) {
      return new Unpacking.Refused(String.valueOf(e.getMessage()));
    }
  }

  private static Unpacking unpackTar(GunzipStream plain, SafeTree tree) throws IOException {
    TarArchiveInputStream tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name());
    for (TarArchiveEntry entry = next(tar, plain); entry != null; entry = next(tar, plain)) {
      unpackEntry(entry, tar, tree);
    }
    if (tree.total().files() == 0) {
      return new Unpacking.Refused("The archive has no files.");
    }
    return tree.total();
  }

  private static @Nullable TarArchiveEntry next(TarArchiveInputStream tar, GunzipStream plain)
      throws IOException {
    try {
      plain.expectHeaders();
      TarArchiveEntry entry = tar.getNextEntry();
      plain.expectContent();
      return entry;
    } catch (RefusedEntry e) {
      throw e;
    } catch (IOException | IllegalArgumentException e) {
      throw new RefusedEntry("The archive is not a tar file, or damaged: " + e.getMessage());
    }
  }

  private static void unpackEntry(TarArchiveEntry entry, TarArchiveInputStream tar, SafeTree tree)
      throws IOException {
    List<String> names = EntryPath.parse(entry.getName());
    if (entry.isDirectory()) {
      tree.directory(names);
    } else if (names.isEmpty()) {
      throw new RefusedEntry("The archive has a file without a name.");
    } else if (entry.isSymbolicLink()) {
      tree.link(names, entry.getLinkName());
    } else if (entry.isLink()) {
      tree.copy(names, EntryPath.parse(entry.getLinkName()));
    } else if (isFile(entry) && tar.canReadEntryData(entry)) {
      tree.file(names, new TarContent(tar), (entry.getMode() & OWNER_MAY_EXECUTE) != 0);
    } else {
      throw new RefusedEntry(
          "The archive has a device or another special file: " + EntryPath.shown(entry.getName()));
    }
  }

  /**
   * The entry's own word, as {@code isFile()} takes every type that it does not know for a file.
   */
  private static boolean isFile(TarArchiveEntry entry) {
    return switch (entry.getLinkFlag()) {
      case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM, TarConstants.LF_CONTIG -> true;
      default -> entry.isSparse();
    };
  }

  /** The content of the current entry, with a cut archive told from a fault of our disk. */
  private static final class TarContent extends FilterInputStream {
    TarContent(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] buffer, int from, int length) throws IOException {
      try {
        return super.read(buffer, from, length);
      } catch (RefusedEntry e) {
        throw e;
      } catch (IOException e) {
        throw new RefusedEntry("The archive is damaged: " + e.getMessage());
      }
    }

    @Override
    public void close() {}
  }
}
