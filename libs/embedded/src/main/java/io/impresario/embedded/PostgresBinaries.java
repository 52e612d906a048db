package io.impresario.embedded;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import io.zonky.test.db.postgres.util.ArchUtils;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The PostgreSQL programs of zonky's packages, unpacked once per machine user and version under the
 * user's cache directory. Several processes may ask at once; a file lock lets one of them unpack.
 */
final class PostgresBinaries {
  private PostgresBinaries() {}

  /** The directory that holds {@code bin/postgres} and {@code bin/initdb}. */
  static Path directory() throws IOException {
    byte[] archive = read();
    Path home = cache().resolve("postgres-" + checksum(archive));
    Path complete = home.resolve(".complete");
    if (Files.exists(complete)) {
      return home;
    }
    Files.createDirectories(home);
    try (FileChannel channel =
            FileChannel.open(
                home.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (lock.isValid() && !Files.exists(complete)) {
        unpack(archive, home);
        Files.createFile(complete);
      }
    }
    return home;
  }

  /** {@code IMPRESARIO_CACHE}, else {@code XDG_CACHE_HOME}, else the home directory's cache. */
  private static Path cache() {
    String own = System.getenv("IMPRESARIO_CACHE");
    if (own != null && !own.isBlank()) {
      return Path.of(own).toAbsolutePath();
    }
    String xdg = System.getenv("XDG_CACHE_HOME");
    Path base =
        xdg != null && !xdg.isBlank()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    Path cache = base.resolve("impresario").toAbsolutePath();
    try {
      Files.createDirectories(cache);
      if (Files.isWritable(cache)) {
        return cache;
      }
    } catch (IOException unwritableHome) {
      // Treated like a user without a cache directory.
    }
    return Path.of(
        System.getProperty("java.io.tmpdir"), "impresario-" + System.getProperty("user.name"));
  }

  private static byte[] read() throws IOException {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String name = system.contains("mac") ? "Darwin" : "Linux";
    if (!system.contains("mac") && !system.contains("linux")) {
      throw new IOException(
          "The embedded PostgreSQL runs on Linux and macOS only, not on " + system);
    }
    String machine = ArchUtils.normalize(System.getProperty("os.arch"));
    String architecture = machine.equals("amd64") ? "x86_64" : machine;
    try (InputStream in = DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(name, architecture)) {
      if (in == null) {
        throw new IOException("There is no embedded PostgreSQL for " + name + " " + architecture);
      }
      return in.readAllBytes();
    }
  }

  private static String checksum(byte[] archive) {
    CRC32 crc = new CRC32();
    crc.update(archive);
    return HexFormat.of().toHexDigits(crc.getValue(), 8);
  }

  private static void unpack(byte[] archive, Path home) throws IOException {
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(
            new BufferedInputStream(
                new XZInputStream(new java.io.ByteArrayInputStream(archive)), 1 << 16))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path target = home.resolve(entry.getName()).normalize();
        if (!target.startsWith(home)) {
          throw new IOException(
              "The PostgreSQL package contains a path that leads outside of it: " + target);
        }
        write(tar, entry, target);
      }
    }
  }

  private static void write(TarArchiveInputStream tar, TarArchiveEntry entry, Path target)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(target);
      return;
    }
    Path parent = target.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.deleteIfExists(target);
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, target);
    boolean executable = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        target, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }
}
