package io.impresario.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SourceBundleTest {
  @TempDir Path folder;

  @Test
  void packsEveryFileButInstalledPackages() throws Exception {
    Files.writeString(folder.resolve("package.json"), "{}");
    Files.writeString(Files.createDirectories(folder.resolve("lib")).resolve("a.ts"), "export {}");
    Files.writeString(
        Files.createDirectories(folder.resolve("node_modules/ms")).resolve("index.js"), "");

    Map<String, String> packed = new TreeMap<>();
    byte[] archive = Base64.getDecoder().decode(SourceBundle.of(folder));
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(new ByteArrayInputStream(archive)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        packed.put(entry.getName(), new String(tar.readAllBytes(), StandardCharsets.UTF_8));
      }
    }
    assertThat(packed).isEqualTo(Map.of("package.json", "{}", "lib/a.ts", "export {}"));
  }
}
