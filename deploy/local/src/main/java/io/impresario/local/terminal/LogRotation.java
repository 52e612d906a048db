package io.impresario.local.terminal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Bounds the logs of processes that write to their standard output, whatever they are, and whatever
 * their last words: a log that has grown past its limit is copied to one file beside it and begins
 * anew. What is written in the instant between the two is lost, so this is for logs and nothing
 * else. The processes must append to their logs.
 */
public final class LogRotation {
  /** Bytes: hours of a service that logs each request, and with two files for ten logs 200 MiB. */
  private static final long LIMIT = 10 << 20;

  private static final Duration LOOK = Duration.ofSeconds(1);

  private final Path directory;
  private final Path single;
  private final long limit;

  LogRotation(Path directory, Path single, long limit) {
    this.directory = directory;
    this.single = single;
    this.limit = limit;
  }

  /**
   * Looks after the logs in the directory, and a single one elsewhere, as long as this JVM runs.
   */
  public static void start(Path directory, Path single) {
    LogRotation rotation = new LogRotation(directory, single, LIMIT);
    // A small stack: nothing deep happens in this thread.
    Thread thread = new Thread(null, rotation::lookAlways, "rotate-logs", 256 << 10);
    thread.setDaemon(true);
    thread.start();
  }

  private void lookAlways() {
    try {
      while (true) {
        TimeUnit.NANOSECONDS.sleep(LOOK.toNanos());
        look();
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Rotates what is over its limit. */
  void look() {
    try {
      for (Path log : logs()) {
        if (Files.size(log) > limit) {
          rotate(log);
        }
      }
    } catch (IOException notNow) {
      // The disk is full, say: the next look tries again, and what is logged stays where it is.
    }
  }

  private List<Path> logs() throws IOException {
    List<Path> logs = new ArrayList<>();
    if (Files.exists(single)) {
      logs.add(single);
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "*.log")) {
      found.forEach(logs::add);
    }
    return logs;
  }

  private static void rotate(Path log) throws IOException {
    Files.copy(log, before(log), StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
      file.truncate(0);
    }
  }

  /** Where the older part of a log is, if it was rotated. */
  public static Path before(Path log) {
    return log.resolveSibling(log.getFileName() + ".1");
  }
}
