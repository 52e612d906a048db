package io.impresario.job.archive;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.zip.ZipEntry;
import org.apache.commons.compress.archivers.zip.UnixStat;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;

/**
 * A zip file that a stranger made, read by its directory: only that tells links and permissions.
 */
final class Zip {
  private static final int OWNER_MAY_EXECUTE = 0100;
  private static final int MAX_LINK = 4096;

  private Zip() {}

  static void unpack(Path archive, SafeTree tree) throws IOException {
    try (Bounded channel = new Bounded(Files.newByteChannel(archive));
        ZipFile zip = open(channel)) {
      for (ZipArchiveEntry entry : Collections.list(zip.getEntries())) {
        unpack(entry, zip, tree);
      }
    }
  }

  private static ZipFile open(Bounded channel) throws IOException {
    try {
      ZipFile zip =
          ZipFile.builder().setSeekableByteChannel(channel).setIgnoreLocalFileHeader(true).get();
      channel.bound = Long.MAX_VALUE;
      return zip;
    } catch (IOException | RuntimeException e) {
      throw new RefusedEntry(
          channel.bound < 0
              ? "The archive has a directory of more than 8 MiB."
              : "The zip file is damaged: " + e.getMessage());
    }
  }

  private static void unpack(ZipArchiveEntry entry, ZipFile zip, SafeTree tree) throws IOException {
    List<String> names = EntryPath.parse(entry.getName());
    int type = entry.getUnixMode() & UnixStat.FILE_TYPE_FLAG;
    if (entry.isDirectory()) {
      tree.directory(names);
    } else if (names.isEmpty()) {
      throw EntryPath.nameless();
    } else if (type == UnixStat.LINK_FLAG) {
      tree.link(names, target(content(entry, zip)));
    } else if (type == 0 || type == UnixStat.FILE_FLAG) {
      boolean executable = (entry.getUnixMode() & OWNER_MAY_EXECUTE) != 0;
      tree.file(names, content(entry, zip), executable);
    } else {
      throw EntryPath.special(entry.getName());
    }
  }

  private static EntryContent content(ZipArchiveEntry entry, ZipFile zip) throws IOException {
    boolean plain =
        (entry.getMethod() == ZipEntry.STORED || entry.getMethod() == ZipEntry.DEFLATED)
            && zip.canReadEntryData(entry);
    if (!plain) {
      throw new RefusedEntry(
          "The archive has a file that is encrypted, or compressed by a rare method: "
              + EntryPath.shown(entry.getName()));
    }
    try {
      return new EntryContent(zip.getInputStream(entry));
    } catch (IOException | RuntimeException e) {
      throw new RefusedEntry("The zip file is damaged: " + e.getMessage());
    }
  }

  private static String target(EntryContent content) throws IOException {
    return new String(content.readNBytes(MAX_LINK), StandardCharsets.UTF_8);
  }

  /**
   * What the library may read before it lists the entries: it keeps all of them in memory, and
   * believes no count. 20,000 files with long names take less.
   */
  private static final class Bounded implements SeekableByteChannel {
    private final SeekableByteChannel file;
    private long bound = 8 << 20;

    Bounded(SeekableByteChannel file) {
      this.file = file;
    }

    @Override
    public int read(ByteBuffer buffer) throws IOException {
      int read = file.read(buffer);
      bound -= Math.max(0, read);
      if (bound < 0) {
        throw new IOException("The bound is reached");
      }
      return read;
    }

    @Override
    public int write(ByteBuffer buffer) throws IOException {
      return file.write(buffer);
    }

    @Override
    public long position() throws IOException {
      return file.position();
    }

    @Override
    public SeekableByteChannel position(long position) throws IOException {
      file.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return file.size();
    }

    @Override
    public SeekableByteChannel truncate(long size) throws IOException {
      file.truncate(size);
      return this;
    }

    @Override
    public boolean isOpen() {
      return file.isOpen();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
