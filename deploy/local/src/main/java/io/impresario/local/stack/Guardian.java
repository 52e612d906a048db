package io.impresario.local.stack;

import io.impresario.embedded.OwnSession;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A shell that outlives the launcher: it is told which processes run, and ends them when its pipe
 * ends, however the launcher died. See {@code guardian.sh}.
 */
final class Guardian {
  private final OutputStream pipe;

  private Guardian(OutputStream pipe) {
    this.pipe = pipe;
  }

  static Guardian start(Home home) throws IOException {
    Path script = home.root().resolve("deploy/local/guardian.sh");
    List<String> command = new ArrayList<>(OwnSession.prefix());
    command.addAll(List.of("/bin/sh", script.toString()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.log("guardian").toFile()));
    return new Guardian(builder.start().getOutputStream());
  }

  synchronized void watch(ProcessHandle process) throws IOException {
    tell("add " + process.pid());
  }

  synchronized void forget(long pid) throws IOException {
    tell("remove " + pid);
  }

  /** Deletes the directory too, if it has to act. */
  synchronized void deleteAfterwards(Path directory) throws IOException {
    tell("delete " + directory);
  }

  /** To be called when everything has been ended: the guardian then finds nothing to do. */
  synchronized void dismiss() throws IOException {
    tell("dismiss");
    pipe.close();
  }

  private void tell(String line) throws IOException {
    pipe.write((line + "\n").getBytes(StandardCharsets.UTF_8));
    pipe.flush();
  }
}
