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

/** The end of a log file, and what is added to it. */
public final class LogTail {
  // Enough for the last lines of any log; a log may be large.
  private static final int WINDOW = 64 << 10;

  private LogTail() {}

  public static String of(Path log, int lines) throws IOException {
    if (!Files.exists(log)) {
      return "(it wrote nothing)";
    }
    try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
      byte[] end = new byte[(int) Math.min(WINDOW, file.length())];
      file.seek(file.length() - end.length);
      file.readFully(end);
      List<String> all = new String(end, StandardCharsets.UTF_8).lines().toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    }
  }

  /** Copies what is in the file from the position on, and then what is added, until told to end. */
  public static void follow(Path log, long from, PrintStream out, BooleanSupplier goOn)
      throws IOException, InterruptedException {
    long position = from;
    byte[] buffer = new byte[8 << 10];
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
      // A shorter file was started anew.
      long position = file.length() < from ? 0 : from;
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
