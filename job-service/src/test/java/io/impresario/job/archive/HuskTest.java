package io.impresario.job.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HuskTest {
  private Path tree;

  @BeforeEach
  void directory(@TempDir Path temp) throws IOException {
    tree = Files.createDirectory(temp.resolve("tree"));
  }

  @Test
  void aFolderAroundEverythingIsRemoved() throws IOException {
    write("package/package.json", "{}");
    write("package/src/index.ts", "");
    Files.createSymbolicLink(tree.resolve("package/l"), Path.of("src/index.ts"));
    assertThat(Husk.removeFolder(tree, "src/index.ts")).isEmpty();
    assertThat(tree.resolve("src/index.ts")).exists();
    assertThat(tree.resolve("l")).exists();
    assertThat(tree.resolve("package")).doesNotExist();
    assertThat(tree.getParent()).isDirectoryNotContaining("glob:**wrapped");
  }

  @Test
  void aFolderThatTheEntryPointNamesStays() throws IOException {
    write("src/index.ts", "");
    write("src/src/index.ts", "");
    assertThat(Husk.removeFolder(tree, "src/index.ts")).isEmpty();
    assertThat(tree.resolve("src/src/index.ts")).exists();
  }

  @Test
  void nothingIsRemovedBesideOtherFilesOrWithoutTheEntryPoint() throws IOException {
    write("one/index.ts", "");
    assertThat(Husk.removeFolder(tree, "main.ts")).isEmpty();
    write("two/index.ts", "");
    assertThat(Husk.removeFolder(tree, "index.ts")).isEmpty();
    assertThat(tree.resolve("one/index.ts")).exists();
  }

  @Test
  void aLinkToBesideTheFolderIsRefused() throws IOException {
    write("package/index.ts", "");
    Files.createSymbolicLink(tree.resolve("package/l"), Path.of("../package/index.ts"));
    assertThat(Husk.removeFolder(tree, "index.ts"))
        .hasValue("The archive has a link that leaves it: l -> ../package/index.ts");
  }

  @Test
  void filesThatMacosAddsAreRemoved() throws IOException {
    write("app/index.ts", "");
    write("app/._index.ts", "\0\5\26\7…");
    write("app/._mine.ts", "export {}");
    write("app/.DS_Store", "");
    write("__MACOSX/app/._index.ts", "\0\5\26\7");
    assertThat(Husk.removeStrays(tree))
        .containsExactlyInAnyOrder("app/._index.ts", "app/.DS_Store", "__MACOSX/");
    assertThat(tree.resolve("app/._mine.ts")).exists();
    assertThat(Husk.removeFolder(tree, "index.ts")).isEmpty();
    assertThat(tree.resolve("index.ts")).exists();
  }

  private void write(String name, String text) throws IOException {
    Path file = tree.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
