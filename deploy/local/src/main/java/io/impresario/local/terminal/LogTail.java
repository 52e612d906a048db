package io.impresario.local.terminal;

import java.io.IOException;
import java.io.PrintStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** A log file with its older part: the end of it, all of it, and what is added to it. */
public final class LogTail {
  // Enough for the last lines of any log; a log may be large.
  private static final int WINDOW = 64 << 10;

  private LogTail() {}

  public static String of(Path log, int lines) throws IOException {
    String end = end(LogRotation.before(log)) + end(log);
    if (end.isEmpty()) {
      return "(it wrote nothing)";
    }
    List<String> all = end.lines().toList();
    return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
  }

  private static String end(Path log) throws IOException {
    if (!Files.exists(log)) {
      return "";
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(WINDOW, file.length())];
      file.seek(file.length() - end.length);
      file.readFully(end);
      return new String(end, StandardCharsets.UTF_8);
    }
  }

  /** Copies what is there, from the older part on, and then what is added, until told to end. */
  public static void follow(Path log, PrintStream out, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    byte[] buffer = new byte[8 << 10];
    if (Files.exists(LogRotation.before(log))) {
      copy(LogRotation.before(log), 0, buffer, out);
    }
    long position = 0;
    boolean last = false;
    while (true) {
      if (Files.exists(log)) {
        position = copy(log, position, buffer, out);
      }
      if (last) {
        return;
      }
      // One more look after the end: the last lines may have come in between.
      last = !goOn.getAsBoolean();
      TimeUnit.MILLISECONDS.sleep(100);
    }
  }

  private static long copy(Path log, long from, byte[] buffer, PrintStream out) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      long position = from;
      if (file.length() < from) {
        // It was started anew; what was not yet read is in the older part, if it is kept.
        Path before = LogRotation.before(log);
        if (Files.exists(before)) {
          copy(before, Math.min(from, Files.size(before)), buffer, out);
        }
        position = 0;
      }
      file.seek(position);
      for (int count = file.read(buffer); count > 0; count = file.read(buffer)) {
        out.write(buffer, 0, count);
        position += count;
      }
      out.flush();
      return position;
    }
  }
}
