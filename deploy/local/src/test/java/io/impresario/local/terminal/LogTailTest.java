package io.impresario.local.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogTailTest {
  @TempDir Path directory;

  @Test
  void showsTheLastLines() throws Exception {
    Path log = directory.resolve("a.log");
    assertThat(LogTail.of(log, 2)).isEqualTo("(it wrote nothing)");
    Files.writeString(log, "x\n".repeat(100_000) + "one\ntwo\n");
    assertThat(LogTail.of(log, 3)).isEqualTo("x\none\ntwo");
  }

  @Test
  void followsWhatIsAddedAlsoWhenTheFileIsStartedAnew() throws Exception {
    Path log = directory.resolve("a.log");
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    AtomicBoolean goOn = new AtomicBoolean(true);
    CompletableFuture<Void> follower =
        CompletableFuture.runAsync(() -> follow(log, new PrintStream(seen, true), goOn));
    Files.writeString(log, "first and long\n");
    Eventually.passes(() -> assertThat(text(seen)).isEqualTo("first and long\n"));
    Files.writeString(log, "second\n", StandardOpenOption.APPEND);
    Eventually.passes(() -> assertThat(text(seen)).endsWith("second\n"));
    Files.writeString(log, "anew\n");
    Eventually.passes(() -> assertThat(text(seen)).endsWith("anew\n"));
    goOn.set(false);
    follower.get(10, TimeUnit.SECONDS);
    assertThat(text(seen)).isEqualTo("first and long\nsecond\nanew\n");
  }

  private static void follow(Path log, PrintStream out, AtomicBoolean goOn) {
    try {
      LogTail.follow(log, out, goOn::get);
    } catch (java.io.IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
