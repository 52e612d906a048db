package io.impresario.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A shell that reads process ids from a pipe of this JVM and kills them when the pipe ends, so that
 * a killed test JVM leaves no server behind.
 */
final class Orphanage {
  private static final String SCRIPT =
      """
      trap '' INT TERM HUP
      children=
      while read -r child; do children="$children $child"; done
      for child in $children; do kill -9 "$child" 2>/dev/null; done
      """;

  private static @Nullable OutputStream pipe;

  private Orphanage() {}

  static synchronized void adopt(ProcessHandle process) throws IOException {
    OutputStream open = pipe;
    if (open == null) {
      ProcessBuilder builder = new ProcessBuilder("/bin/sh", "-c", SCRIPT);
      builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.redirectError(ProcessBuilder.Redirect.DISCARD);
      open = builder.start().getOutputStream();
      pipe = open;
    }
    open.write((process.pid() + "\n").getBytes(StandardCharsets.US_ASCII));
    open.flush();
  }
}
