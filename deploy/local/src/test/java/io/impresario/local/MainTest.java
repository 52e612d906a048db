package io.impresario.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  @TempDir Path directory;

  @Test
  void saysWhatIsWrongWithADirectory() throws IOException {
    Path file = Files.writeString(directory.resolve("file"), "");
    for (Path impossible : List.of(file, file.resolve("in it"), Path.of("/proc/impresario"))) {
      IOException failure = failure(impossible);
      assertThat(Main.sentence(failure))
          .startsWith(impossible.toString().replace("/in it", ""))
          .contains("check the free disk space and the permissions there")
          .doesNotContain("java.", "Exception");
    }
  }

  private static IOException failure(Path directory) {
    try {
      Files.createDirectories(directory);
      throw new AssertionError(directory + " was made");
    } catch (IOException failure) {
      return failure;
    }
  }
}
