package io.impresario.job.executor;

import io.impresario.events.spec.BrowserOptions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What came of a build. */
public sealed interface BuildOutcome {
  /**
   * The bundle is ready.
   *
   * @param entry the module to load, relative to the directory, forward slashes
   */
  record Built(String entry, List<FoundWorkflow> workflows) implements BuildOutcome {}

  /**
   * The source cannot be built.
   *
   * @param error what is wrong, for the person who uploaded it, with the tool's last lines
   */
  record Rejected(String error) implements BuildOutcome {}

  /** The builder itself failed (its process died); the same source may build another time. */
  record Interrupted(String reason) implements BuildOutcome {}

  /**
   * A workflow that a bundle declares.
   *
   * @param credentialNames trimmed, lower case, without duplicates
   * @param inputSchema JSON Schema as JSON text
   * @param outputSchema JSON Schema as JSON text
   * @param browser what it declares for its runs
   */
  record FoundWorkflow(
      String name,
      List<String> credentialNames,
      @Nullable String inputSchema,
      @Nullable String outputSchema,
      @Nullable String authProfileName,
      BrowserOptions browser,
      @Nullable String sourceFile) {}
}
