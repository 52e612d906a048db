package io.impresario.job.archive;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.archive.Unpacking.Refused;
import io.impresario.job.archive.Unpacking.Unpacked;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArchiveTest {
  private Path temp;
  private Path outside;
  private Path tree;

  @BeforeEach
  void directories(@TempDir Path directory) throws IOException {
    temp = directory;
    outside = Files.createDirectories(temp.resolve("outside"));
    tree = Files.createDirectories(outside.resolve("a/b/tree"));
  }

  @Test
  void unpacksFilesInFoldersWithTheirExecutableBit() throws IOException {
    String deep = "very/".repeat(60) + "deep.ts";
    Unpacking result =
        unpack(
            new TarMaker()
                .directory("./")
                .file("./index.ts", "export {}")
                .file("bin/run", "#!/bin/sh".getBytes(StandardCharsets.UTF_8), 04755)
                .file(deep, "1")
                .file("ünï/ç.ts", "2"));

    assertThat(result).isEqualTo(new Unpacked(4, 20));
    assertThat(tree.resolve("index.ts")).hasContent("export {}");
    assertThat(Files.getAttribute(tree.resolve("bin/run"), "unix:mode")).isEqualTo(0100755);
    assertThat(tree.resolve(deep)).exists();
    assertThat(tree.resolve("ünï/ç.ts")).hasContent("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/etc/passwd",
        "../x",
        "a/../../x",
        "a/..",
        "..",
        "C:\\x",
        "\\\\server\\x",
        "a/../b"
      })
  void refusesPathsThatCouldLeave(String path) throws IOException {
    assertThat(unpack(new TarMaker().file(path, "evil"))).isInstanceOf(Refused.class);
    assertNothingOutside();
  }

  @ParameterizedTest
  @CsvSource({
    "link, /etc",
    "link, ..",
    "a/link, ../..",
    "a/link, ../../x",
    "a/link, b/../..",
    "a/link, C:\\x",
    "deep/er/link, ../../../x"
  })
  void refusesLinksThatLeave(String link, String target) throws IOException {
    assertThat(unpack(new TarMaker().file("f", "x").symlink(link, target)))
        .isInstanceOf(Refused.class);
  }

  @Test
  void refusesADetourThroughALinkThatMakesDotsMeanMore() throws IOException {
    Unpacking result =
        unpack(
            new TarMaker()
                .file("x/y/f", "1")
                .symlink("x/y/top", "../..")
                .symlink("escape", "x/y/top/../.."));
    assertThat(result).isInstanceOf(Refused.class);
  }

  @Test
  void keepsLinksInsideTheTree() throws IOException {
    Unpacking result =
        unpack(
            new TarMaker()
                .file("lib/cli.js", "1")
                .symlink("node_modules/.bin/cli", "../../lib/cli.js"));
    assertThat(result).isInstanceOf(Unpacked.class);
    assertThat(tree.resolve("node_modules/.bin/cli")).hasContent("1").isSymbolicLink();
  }

  @Test
  void aLinkThatEntersADirectoryAndLeavesItAgainStaysInside() throws IOException {
    Unpacking result =
        unpack(
            new TarMaker()
                .symlink("bin/run", "../lib/deep/../cli.js")
                .symlink("same", "./lib/deep/../../lib")
                .file("lib/deep/f", "2")
                .file("lib/cli.js", "1"));
    assertThat(result).isInstanceOf(Unpacked.class);
    assertThat(tree.resolve("bin/run")).hasContent("1");
    assertThat(Files.readSymbolicLink(tree.resolve("same"))).hasToString("lib");
  }

  @Test
  void refusesALinkWhoseTextIsNoPath() throws IOException {
    assertThat(unpackZip(zip -> zip.symlink("l", "a\0b"))).isInstanceOf(Refused.class);
    assertThat(unpack(new TarMaker().file("f", "1").symlink("l", "x/".repeat(3000))))
        .isInstanceOf(Refused.class);
  }

  @Test
  void unpacksATarFileThatIsNotCompressed() throws IOException {
    byte[] tar = gunzip(new TarMaker().file("a/b.ts", "1").bytes());
    assertThat(unpack(tar)).isEqualTo(new Unpacked(1, 1));
    // As before POSIX: without "ustar".
    byte[] old = tar.clone();
    Arrays.fill(old, 257, 265, (byte) 0);
    int sum = 8 * ' ';
    for (int i = 0; i < 512; i++) {
      sum += i >= 148 && i < 156 ? 0 : old[i] & 0xff;
    }
    System.arraycopy("%06o\0 ".formatted(sum).getBytes(StandardCharsets.US_ASCII), 0, old, 148, 8);
    assertThat(unpack(old)).isEqualTo(new Unpacked(1, 1));
    assertThat(refusal(Arrays.copyOf(tar, 700))).contains("damaged");
  }

  @Test
  void passesOverZerosBehindAndBetweenTheMembersOfAGzipFile() throws IOException {
    byte[] whole = new TarMaker().file("f", "1").bytes();
    assertThat(unpack(Arrays.copyOf(whole, whole.length + 7000))).isEqualTo(new Unpacked(1, 1));
    byte[] tar = gunzip(whole);
    ByteArrayOutputStream two = new ByteArrayOutputStream();
    two.write(gzip(Arrays.copyOf(tar, 300)));
    two.write(new byte[100]);
    two.write(gzip(Arrays.copyOfRange(tar, 300, tar.length)));
    assertThat(unpack(two.toByteArray())).isEqualTo(new Unpacked(1, 1));
    two.write("garbage".getBytes(StandardCharsets.UTF_8));
    assertThat(refusal(two.toByteArray())).startsWith("The gzip file is damaged");
  }

  @Test
  void unpacksZipFilesWithTheirLinksAndExecutableBits() throws IOException {
    Unpacking result =
        unpackZip(
            zip ->
                zip.file("src/index.ts", "export {}", 0)
                    .file("bin/run", "#!/bin/sh", 0100755)
                    .symlink("run", "bin/run"));
    assertThat(result).isEqualTo(new Unpacked(3, 18));
    assertThat(tree.resolve("src/index.ts")).hasContent("export {}");
    assertThat(Files.getAttribute(tree.resolve("bin/run"), "unix:mode")).isEqualTo(0100755);
    assertThat(Files.readSymbolicLink(tree.resolve("run"))).hasToString("bin/run");
  }

  @ParameterizedTest
  @CsvSource({
    "/etc/passwd, The archive has an absolute path: /etc/passwd",
    "../x, The archive has a path with \"..\": ../x",
    "a\\..\\x, The archive has a path with \"..\": a/../x"
  })
  void refusesZipFilesInTheSameWords(String path, String reason) throws IOException {
    assertThat(unpackZip(zip -> zip.file(path, "evil", 0))).isEqualTo(new Refused(reason));
    assertNothingOutside();
  }

  @Test
  void refusesWhatAZipFileMayHoldBesideFiles() throws IOException {
    assertThat(unpackZip(zip -> zip.file("dev", "", 020644)))
        .isEqualTo(new Refused("The archive has a device or another special file: dev"));
    assertThat(unpackZip(zip -> zip.symlink("l", "/etc"))).isInstanceOf(Refused.class);
    assertThat(unpackZip(zip -> zip.symlink("l", ".").file("l/f", "1", 0)))
        .isInstanceOf(Refused.class);
    assertThat(unpackZip(zip -> zip)).isEqualTo(new Refused("The archive has no files."));
  }

  @Test
  void aZipFileStopsAtTheSameLimits() throws IOException {
    String zeros = "0".repeat(64 << 20);
    assertThat(unpackZip(zip -> zip.file("f", zeros, 0), new ArchiveLimits(5, 1 << 20)))
        .isEqualTo(new Refused("The archive is larger than 1 MiB once unpacked."));
    assertThat(unpackZip(zip -> zip.many(6, "f"), new ArchiveLimits(5, 1 << 20)))
        .isEqualTo(new Refused("The archive has more than 5 files."));
    assertThat(unpackZip(zip -> zip.many(50_000, "n".repeat(200)), ArchiveLimits.SOURCE))
        .isEqualTo(new Refused("The archive has a directory of more than 8 MiB."));
  }

  @Test
  void neverWritesThroughALink() throws IOException {
    Unpacking below = unpack(new TarMaker().file("d/f", "1").symlink("l", "d").file("l/g", "evil"));
    assertThat(below).isInstanceOf(Refused.class);
    assertThat(tree.resolve("d/g")).doesNotExist();
  }

  @Test
  void aFileReplacesALinkOfTheSameNameInsteadOfItsTarget() throws IOException {
    unpack(new TarMaker().file("real", "1").symlink("l", "real").file("l", "2"));
    assertThat(tree.resolve("real")).hasContent("1");
    assertThat(tree.resolve("l")).hasContent("2").isRegularFile();
    assertThat(Files.isSymbolicLink(tree.resolve("l"))).isFalse();
  }

  @Test
  void aHardLinkBecomesACopy() throws IOException {
    unpack(new TarMaker().file("one", "1").hardlink("two", "one"));
    Files.writeString(tree.resolve("two"), "changed");
    assertThat(tree.resolve("one")).hasContent("1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/passwd", "../../../secret", "missing", "link", "linkdir/secret"})
  void refusesHardLinksToAnythingButAFileOfTheArchive(String target) throws IOException {
    Files.writeString(outside.resolve("secret"), "s");
    TarMaker tar =
        new TarMaker().file("d/secret", "1").symlink("link", "d/secret").symlink("linkdir", "d");
    assertThat(unpack(tar.hardlink("stolen", target))).isInstanceOf(Refused.class);
    assertThat(tree.resolve("stolen")).doesNotExist();
  }

  @Test
  void refusesDevices() throws IOException {
    for (byte type : new byte[] {TarConstants.LF_CHR, TarConstants.LF_BLK, TarConstants.LF_FIFO}) {
      assertThat(unpack(new TarMaker().special("dev", type)))
          .isEqualTo(new Refused("The archive has a device or another special file: dev"));
    }
  }

  @Test
  void refusesTooManyFilesDirectoriesAndBytes() throws IOException {
    TarMaker files = new TarMaker();
    TarMaker directories = new TarMaker();
    for (int i = 0; i < 6; i++) {
      files.file("f" + i, "");
      directories.directory("d" + i);
    }
    ArchiveLimits five = new ArchiveLimits(5, 1 << 20);
    assertThat(unpack(files, five)).isEqualTo(new Refused("The archive has more than 5 files."));
    assertThat(unpack(directories, five))
        .isEqualTo(new Refused("The archive has more than 5 directories."));
    assertThat(unpack(new TarMaker().file("big", new byte[(1 << 20) + 1], 0644), five))
        .isEqualTo(new Refused("The archive is larger than 1 MiB once unpacked."));
  }

  @Test
  void aFewKilobytesThatUnpackToGigabytesStopAtTheLimit() throws IOException {
    byte[] zeros = new byte[64 << 20];
    TarMaker bomb = new TarMaker();
    for (int i = 0; i < 9; i++) {
      bomb.file("zeros" + i, zeros, 0644);
    }
    assertThat(unpack(bomb, ArchiveLimits.SOURCE))
        .isEqualTo(new Refused("The archive is larger than 512 MiB once unpacked."));
  }

  @Test
  void aNameOfMegabytesIsNotReadIntoMemory() throws IOException {
    byte[] header = ("3145728 path=" + "n".repeat(3 << 20)).getBytes(StandardCharsets.UTF_8);
    TarMaker tar = new TarMaker().special("pax", TarConstants.LF_PAX_EXTENDED_HEADER_LC, header);
    assertThat(unpack(tar.file("f", "x")))
        .isEqualTo(new Refused("The archive has a header of more than 1 MiB."));
  }

  @Test
  void saysWhatIsWrongWithABrokenFile() throws IOException {
    byte[] whole = new TarMaker().file("f", new Random(1).ints(5000).toString().repeat(50)).bytes();
    assertThat(refusal("not gzip at all".getBytes(StandardCharsets.UTF_8)))
        .startsWith("The source is not a gzip file");
    assertThat(refusal(new byte[0])).startsWith("The source is not a gzip file");
    assertThat(refusal("\u00fd7zXZ…".getBytes(StandardCharsets.ISO_8859_1)))
        .isEqualTo(
            "The source is not a gzip file, a tar file or a zip file but an xz file: pack it as"
                + " .tar.gz or .zip.");
    assertThat(refusal("PK\u0003\u0004 and no more".getBytes(StandardCharsets.UTF_8)))
        .startsWith("The zip file is damaged");
    assertThat(refusal(Arrays.copyOf(whole, whole.length - 20))).contains("too early");
    assertThat(refusal(new TarMaker().bytes())).isEqualTo("The archive has no files.");
  }

  /** Whatever a damaged archive does, it ends in a value and touches nothing outside. */
  @Test
  void survivesThousandsOfMutations() throws IOException {
    byte[] tarball =
        new TarMaker()
            .file("a/b.ts", "x".repeat(900))
            .symlink("l", "a")
            .hardlink("h", "a/b.ts")
            .bytes();
    byte[] zip =
        new ZipMaker().file("a/b.ts", "x".repeat(900), 0644).symlink("l", "a/../a/b.ts").bytes();
    survivesMutations(3000, tarball);
    survivesMutations(1000, gunzip(tarball));
    survivesMutations(2000, zip);
  }

  private void survivesMutations(int rounds, byte[] good) throws IOException {
    Random random = new Random(42);
    for (int round = 0; round < rounds; round++) {
      byte[] bad = good.clone();
      for (int i = 0; i <= random.nextInt(4); i++) {
        bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
      }
      Path into = Files.createTempDirectory(tree, "r");
      Path file = Files.write(temp.resolve("bad"), bad);
      assertThat(Archive.unpack(file, into, ArchiveLimits.SOURCE)).isNotNull();
    }
    assertNothingOutside();
  }

  @Test
  void packsWhatItUnpacks() throws IOException {
    String longName = "x".repeat(120) + "/" + "y".repeat(120);
    unpack(
        new TarMaker()
            .file(longName, "long")
            .file("run", "r".getBytes(StandardCharsets.UTF_8), 0755)
            .symlink("link", "run")
            .directory("empty"));
    Path packed = temp.resolve("packed.tgz");
    Packing.pack(tree, packed);

    Path copy = Files.createDirectory(temp.resolve("copy"));
    assertThat(Archive.unpack(packed, copy, ArchiveLimits.BUNDLE)).isEqualTo(new Unpacked(3, 5));
    assertThat(copy.resolve(longName)).hasContent("long");
    assertThat(copy.resolve("run")).isExecutable();
    assertThat(Files.readSymbolicLink(copy.resolve("link"))).hasToString("run");
    assertThat(copy.resolve("empty")).isDirectory();
  }

  private Unpacking unpack(TarMaker tar) throws IOException {
    return unpack(tar, ArchiveLimits.SOURCE);
  }

  private Unpacking unpack(TarMaker tar, ArchiveLimits limits) throws IOException {
    return Archive.unpack(tar.writeTo(temp.resolve("archive.tgz")), tree, limits);
  }

  private Unpacking unpack(byte[] archive) throws IOException {
    Path into = Files.createTempDirectory(tree, "u");
    Path file = Files.write(temp.resolve("archive"), archive);
    return Archive.unpack(file, into, ArchiveLimits.SOURCE);
  }

  private Unpacking unpackZip(UnaryOperator<ZipMaker> content) throws IOException {
    return unpackZip(content, ArchiveLimits.SOURCE);
  }

  private Unpacking unpackZip(UnaryOperator<ZipMaker> content, ArchiveLimits limits)
      throws IOException {
    Path file = Files.write(temp.resolve("a.zip"), content.apply(new ZipMaker()).bytes());
    return Archive.unpack(file, tree, limits);
  }

  private static byte[] gunzip(byte[] file) throws IOException {
    return new GZIPInputStream(new ByteArrayInputStream(file)).readAllBytes();
  }

  private static byte[] gzip(byte[] plain) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(plain);
    }
    return bytes.toByteArray();
  }

  private String refusal(byte[] archive) throws IOException {
    Path file = Files.write(temp.resolve("archive.tgz"), archive);
    return ((Refused) Archive.unpack(file, tree, ArchiveLimits.SOURCE)).reason();
  }

  private void assertNothingOutside() throws IOException {
    try (Stream<Path> paths = Files.walk(outside)) {
      assertThat(paths.filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)))
          .allSatisfy(path -> assertThat(path).startsWith(tree));
    }
  }
}
