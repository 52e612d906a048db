package io.impresario.job.executor;

import static java.util.stream.Collectors.joining;

import io.impresario.events.spec.BrowserOptions;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What came of a build. */
public sealed interface BuildOutcome {
  /** With what was noted before the build. */
  default BuildOutcome after(List<String> warnings) {
    return this;
  }

  /**
   * The bundle is ready.
   *
   * @param entry the module to load, relative to the directory, forward slashes
   */
  record Built(String entry, List<FoundWorkflow> workflows, Notes notes) implements BuildOutcome {
    @Override
    public Built after(List<String> warnings) {
      return new Built(entry, workflows, notes.after(warnings));
    }
  }

  /**
   * The source cannot be built.
   *
   * @param error what is wrong, for the person who uploaded it, with the tool's last lines
   */
  record Rejected(String error, Notes notes) implements BuildOutcome {
    @Override
    public Rejected after(List<String> warnings) {
      return new Rejected(error, notes.after(warnings));
    }
  }

  /** The builder itself failed (its process died); the same source may build another time. */
  record Interrupted(String reason) implements BuildOutcome {}

  /**
   * What the author is told beside the result.
   *
   * @param log of which the end is kept
   * @param warnings a sentence each
   */
  record Notes(String log, List<String> warnings) {
    public static final Notes NONE = new Notes("", List.of());

    private static final int MAX_LOG = 64 << 10;
    private static final int MAX_WARNINGS = 50;
    private static final int MAX_WARNING = 500;

    /** PostgreSQL takes no NUL. */
    public Notes {
      log = log.substring(Math.max(0, log.length() - MAX_LOG)).replace('\0', '?');
      warnings =
          warnings.stream()
              .limit(MAX_WARNINGS)
              .map(warning -> warning.substring(0, Math.min(MAX_WARNING, warning.length())))
              .map(warning -> warning.replace('\0', '?'))
              .toList();
    }

    public Notes after(List<String> earlier) {
      String lines = earlier.stream().map(line -> "Warning: " + line + "\n").collect(joining());
      return new Notes(lines + log, Stream.concat(earlier.stream(), warnings.stream()).toList());
    }
  }

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
