package io.impresario.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** {@code jobs/watch} by the client that users have: {@code @orpc/client} 1.x in Node. */
final class OrpcWatch {
  private OrpcWatch() {}

  /** Every entry of the job's timeline; returns after the job's end. */
  static JsonNode follow(StackUnderTest stack, String url, String key, String job)
      throws IOException {
    Path directory = StackUnderTest.root().resolve("deploy/acceptance/src/test/node");
    if (!Files.exists(directory.resolve("node_modules/@orpc/client/package.json"))) {
      System.out.println("Fetching @orpc/client by npm ci");
      run(stack, List.of("npm", "--prefix", directory.toString(), "ci", "--ignore-scripts"));
    }
    String output =
        run(stack, List.of("node", directory.resolve("watch.mjs").toString(), url, key, job));
    return StackUnderTest.JSON.readTree(output);
  }

  private static String run(StackUnderTest stack, List<String> command) throws IOException {
    StackUnderTest.Ran ran = StackUnderTest.ran(stack.home(), command, Map.of());
    if (ran.code() != 0) {
      throw new AssertionError(command.get(0) + " ended with " + ran.code() + ":\n" + ran.output());
    }
    return ran.output();
  }
}
