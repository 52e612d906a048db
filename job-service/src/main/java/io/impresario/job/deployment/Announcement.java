package io.impresario.job.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * The workflow names in an uploaded manifest, so that it can be told while the build still runs
 * which workflows will come. A hint only: what is published is what the build found.
 */
final class Announcement {
  static final String MANIFEST = ".libretto-workflows.json";

  private static final long MAX_BYTES = 1 << 20;
  private static final int MAX_NAMES = 1000;
  private static final int MAX_NAME = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  private Announcement() {}

  static List<String> in(Path tree) {
    Path manifest = tree.resolve(MANIFEST);
    try {
      boolean readable =
          Files.isRegularFile(manifest, LinkOption.NOFOLLOW_LINKS)
              && Files.size(manifest) <= MAX_BYTES;
      return readable ? names(JSON.readTree(Files.readAllBytes(manifest))) : List.of();
    } catch (IOException unreadable) {
      // The build reads the manifest properly and says what is wrong with it.
      return List.of();
    }
  }

  private static List<String> names(JsonNode manifest) {
    return StreamSupport.stream(manifest.path("workflows").spliterator(), false)
        .map(workflow -> workflow.path("name").asText(""))
        .filter(name -> !name.isEmpty() && name.length() <= MAX_NAME && name.indexOf('\0') < 0)
        .distinct()
        .limit(MAX_NAMES)
        .toList();
  }
}
