package io.impresario.job.archive;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/** A tar file that a stranger made. */
final class Tarball {
  private static final int OWNER_MAY_EXECUTE = 0100;

  private final TarBytes plain;
  private final TarArchiveInputStream tar;

  Tarball(InputStream bytes) {
    plain = new TarBytes(bytes);
    tar = new TarArchiveInputStream(plain, StandardCharsets.UTF_8.name());
  }

  void unpackTo(SafeTree tree) throws IOException {
    for (TarArchiveEntry entry = next(); entry != null; entry = next()) {
      unpack(entry, tree);
    }
  }

  private @Nullable TarArchiveEntry next() throws IOException {
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

  private void unpack(TarArchiveEntry entry, SafeTree tree) throws IOException {
    List<String> names = EntryPath.parse(entry.getName());
    if (entry.isDirectory()) {
      tree.directory(names);
    } else if (names.isEmpty()) {
      throw EntryPath.nameless();
    } else if (entry.isSymbolicLink()) {
      tree.link(names, entry.getLinkName());
    } else if (entry.isLink()) {
      tree.copy(names, EntryPath.parse(entry.getLinkName()));
    } else if (isFile(entry) && tar.canReadEntryData(entry)) {
      tree.file(names, new EntryContent(tar), (entry.getMode() & OWNER_MAY_EXECUTE) != 0);
    } else {
      throw EntryPath.special(entry.getName());
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
}
