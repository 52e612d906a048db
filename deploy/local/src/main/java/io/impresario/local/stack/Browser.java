package io.impresario.local.stack;

import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Sees to it that there is a Chromium that workflows drive; the executor finds it itself. */
final class Browser {
  /** Names a browser of one's own, for the installer as for the executor. */
  static final String SETTING = "IMPRESARIO_EXECUTOR_CHROMIUM_PATH";

  private Browser() {}

  static Optional<String> configured() {
    return Optional.ofNullable(System.getenv(SETTING)).filter(path -> !path.isBlank());
  }

  /**
   * Installs one when the machine has none: the executor's own installer decides, and says on
   * standard error what it does.
   */
  static void ensure(Path root, Console console) throws IOException, InterruptedException {
    Path script = root.resolve("job-service/executor/tools/install-browser.mjs");
    if (!Files.exists(script)) {
      throw new Problem(
          "This checkout is not complete: "
              + script
              + " is missing; run git checkout or clone again.");
    }
    console.say("looking for Chromium");
    Process process =
        new ProcessBuilder("node", script.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    process.getOutputStream().close();
    String output =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    if (process.waitFor() != 0 || output.isEmpty()) {
      throw new Problem(
          "Chromium could not be found or installed; install it yourself (on Debian: apt-get"
              + " install chromium) and start again.");
    }
    console.say("Chromium is " + output.substring(output.lastIndexOf('\n') + 1).strip());
  }
}
