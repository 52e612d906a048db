package io.impresario.local.stack;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds the Chromium that workflows drive, installing it when the machine has none. */
final class Browser {
  private Browser() {}

  /** The executor's own installer decides and says on standard error what it does. */
  static String path(Path root, Console console) throws IOException, InterruptedException {
    Path script = root.resolve("job-service/executor/install-browser.mjs");
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
          "Chromium could not be found or installed; install it yourself (on Debian: apt-get install"
              + " chromium) and start again.");
    }
    String path = output.substring(output.lastIndexOf('\n') + 1).strip();
    console.say("Chromium is " + path);
    return path;
  }
}
