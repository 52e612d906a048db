package io.impresario.job.archive;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A directory that is being filled from an untrusted archive. Keeps count against the limits, makes
 * parent directories itself and never writes through a link. Special permission bits are dropped:
 * files are 644, or 755 when the archive marks them executable.
 */
final class SafeTree {
  private static final Set<PosixFilePermission> PLAIN =
      PosixFilePermissions.fromString("rw-r--r--");
  private static final Set<PosixFilePermission> EXECUTABLE =
      PosixFilePermissions.fromString("rwxr-xr-x");
  private static final int BUFFER = 64 << 10;

  private final Path root;
  private final ArchiveLimits limits;
  private final List<Detour> detours = new ArrayList<>();
  private int files;
  private int directories;
  private long bytes;

  /** A link whose target enters directories and leaves them again. */
  private record Detour(List<String> link, String target, List<List<String>> passed) {}

  SafeTree(Path root, ArchiveLimits limits) {
    this.root = root;
    this.limits = limits;
  }

  /** Says what there is when all of the archive has been read. */
  Unpacking.Unpacked finish() throws RefusedEntry {
    if (files == 0) {
      throw new RefusedEntry("The archive has no files.");
    }
    for (Detour detour : detours) {
      if (!detour.passed.stream().allMatch(this::isRealDirectory)) {
        throw EntryPath.leaves(detour.link, detour.target);
      }
    }
    return new Unpacking.Unpacked(files, bytes);
  }

  void directory(List<String> names) throws IOException {
    Path at = root;
    for (String name : names) {
      at = at.resolve(name);
      if (Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        continue;
      }
      if (Files.exists(at, LinkOption.NOFOLLOW_LINKS)) {
        throw new RefusedEntry(
            "The archive has a path below something that is not a directory: " + shown(names));
      }
      if (++directories > limits.files()) {
        throw new RefusedEntry("The archive has more than " + limits.files() + " directories.");
      }
      Files.createDirectory(at);
      Files.setPosixFilePermissions(at, EXECUTABLE);
    }
  }

  void file(List<String> names, InputStream content, boolean executable) throws IOException {
    Path path = vacant(names);
    byte[] buffer = new byte[BUFFER];
    try (OutputStream out = Files.newOutputStream(path, StandardOpenOption.CREATE_NEW)) {
      for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
        countBytes(read);
        out.write(buffer, 0, read);
      }
    }
    Files.setPosixFilePermissions(path, executable ? EXECUTABLE : PLAIN);
  }

  void link(List<String> names, String target) throws IOException {
    EntryPath.Link link = EntryPath.link(names, target);
    Files.createSymbolicLink(vacant(names), Path.of(link.text()));
    if (!link.passed().isEmpty()) {
      detours.add(new Detour(names, target, link.passed()));
    }
  }

  /** A hard link becomes a copy of the file that it names, which must have come before. */
  void copy(List<String> names, List<String> source) throws IOException {
    Path from = resolve(source);
    boolean known =
        isRealDirectory(source.subList(0, Math.max(0, source.size() - 1)))
            && Files.isRegularFile(from, LinkOption.NOFOLLOW_LINKS);
    if (!known) {
      throw new RefusedEntry(
          "The archive has a hard link to a file that it lacks: " + shown(names));
    }
    if (names.equals(source)) {
      return;
    }
    boolean executable = Files.isExecutable(from);
    try (InputStream content = Files.newInputStream(from)) {
      file(names, content, executable);
    }
  }

  private boolean isRealDirectory(List<String> names) {
    Path at = root;
    for (String name : names) {
      at = at.resolve(name);
      if (!Files.isDirectory(at, LinkOption.NOFOLLOW_LINKS)) {
        return false;
      }
    }
    return true;
  }

  /** The place for a new file or link; an earlier file or link of the same name gives way. */
  private Path vacant(List<String> names) throws IOException {
    if (++files > limits.files()) {
      throw new RefusedEntry("The archive has more than " + limits.files() + " files.");
    }
    directory(names.subList(0, names.size() - 1));
    Path path = resolve(names);
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      throw new RefusedEntry("The archive has a file and a directory named " + shown(names));
    }
    Files.deleteIfExists(path);
    return path;
  }

  private void countBytes(int read) throws RefusedEntry {
    bytes += read;
    if (bytes > limits.bytes()) {
      throw new RefusedEntry(
          "The archive is larger than " + (limits.bytes() >> 20) + " MiB once unpacked.");
    }
  }

  private Path resolve(List<String> names) {
    return root.resolve(String.join("/", names));
  }

  private static String shown(List<String> names) {
    return EntryPath.shown(String.join("/", names));
  }
}
