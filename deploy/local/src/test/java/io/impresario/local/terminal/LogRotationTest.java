package io.impresario.local.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogRotationTest {
  private static final int LIMIT = 500;
  private static final int LINES = 1_000;

  @TempDir Path directory;

  /** The process is one of the stack's kind: its output is appended, and it knows of nothing. */
  @Test
  void boundsTheLogOfAProcessWhileItIsFollowed() throws Exception {
    Path log = directory.resolve("service.log");
    LogRotation rotation = new LogRotation(directory, directory.resolve("none"), LIMIT);
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    AtomicBoolean goOn = new AtomicBoolean(true);
    CompletableFuture<Void> follower =
        CompletableFuture.runAsync(() -> follow(log, new PrintStream(seen, true), goOn));
    Process process =
        new ProcessBuilder("cat")
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    try (Writer writer = process.outputWriter(StandardCharsets.UTF_8)) {
      for (int from = 0; from < LINES; from += 100) {
        String first = lines(from, from + 50);
        String second = lines(from + 50, from + 100);
        write(writer, first);
        Eventually.passes(() -> assertThat(text(seen)).endsWith(first));
        write(writer, second);
        Eventually.passes(() -> assertThat(Files.readString(log)).isEqualTo(first + second));
        // The follower has read the second half or not, as it comes.
        rotation.look();
        assertThat(log).isEmptyFile();
        assertThat(LogRotation.before(log)).hasContent(first + second);
        assertThat(LogTail.of(log, 50)).isEqualTo(second.stripTrailing());
        Eventually.passes(() -> assertThat(text(seen)).endsWith(second));
      }
    }
    process.waitFor();
    goOn.set(false);
    follower.get(10, TimeUnit.SECONDS);
    assertThat(text(seen)).isEqualTo(lines(0, LINES));
    try (var files = Files.list(directory)) {
      assertThat(files).hasSize(2);
    }
  }

  @Test
  void showsTheOlderPartFirst() throws Exception {
    Path log = Files.writeString(directory.resolve("kafka.log"), "old\n".repeat(LIMIT));
    new LogRotation(directory, log, LIMIT).look();
    Files.writeString(log, "new\n");
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    LogTail.follow(log, new PrintStream(seen, true), () -> false);
    assertThat(text(seen)).isEqualTo("old\n".repeat(LIMIT) + "new\n");
    assertThat(LogTail.of(log, 2)).isEqualTo("old\nnew");
  }

  @Test
  void leavesShortLogsAndMissingOnesAlone() throws IOException {
    Path log = Files.writeString(directory.resolve("postgres.log"), "few\n");
    new LogRotation(directory, directory.resolve("none"), LIMIT).look();
    new LogRotation(directory.resolve("gone"), directory.resolve("none"), LIMIT).look();
    assertThat(log).hasContent("few\n");
    assertThat(LogRotation.before(log)).doesNotExist();
  }

  private static void write(Writer writer, String text) throws IOException {
    writer.write(text);
    writer.flush();
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static String lines(int from, int to) {
    return IntStream.range(from, to)
        .mapToObj(i -> "line " + i + "\n")
        .collect(Collectors.joining());
  }

  private static void follow(Path log, PrintStream out, AtomicBoolean goOn) {
    try {
      LogTail.follow(log, out, goOn::get);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
