package io.impresario.job.executor;

import java.util.List;

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
}
