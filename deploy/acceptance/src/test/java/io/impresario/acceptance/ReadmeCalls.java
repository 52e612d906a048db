package io.impresario.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The calls that README.md shows, as one script. */
final class ReadmeCalls {
  private static final Pattern SECTION =
      Pattern.compile("^## First calls$(.*?)^## ", Pattern.MULTILINE | Pattern.DOTALL);
  private static final Pattern BLOCK =
      Pattern.compile("^```sh$(.*?)^```$", Pattern.MULTILINE | Pattern.DOTALL);

  private ReadmeCalls() {}

  /** The addresses and the key that a reader fills in come from the environment instead. */
  static String script(String callbackUrl) throws IOException {
    Matcher section = SECTION.matcher(Files.readString(StackUnderTest.root().resolve("README.md")));
    if (!section.find()) {
      throw new AssertionError("README.md has no first calls");
    }
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    BLOCK.matcher(section.group(1)).results().forEach(block -> script.append(block.group(1)));
    return script
        .toString()
        .replaceAll("(?m)^export LIBRETTO_.*$", "")
        .replace("https://example.com/hook", callbackUrl);
  }

  /** What the script printed; it must have ended well. */
  static String run(ApiClient client, String callbackUrl, Path directory) throws Exception {
    Path output = directory.resolve("output");
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", script(callbackUrl));
    builder.directory(directory.toFile());
    builder.environment().put("LIBRETTO_API_URL", client.url());
    builder.environment().put("LIBRETTO_API_KEY", client.key());
    builder.redirectErrorStream(true).redirectOutput(output.toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    try {
      if (!process.waitFor(3, java.util.concurrent.TimeUnit.MINUTES) || process.exitValue() != 0) {
        throw new AssertionError("the README's calls failed:\n" + Files.readString(output));
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    return Files.readString(output);
  }
}
