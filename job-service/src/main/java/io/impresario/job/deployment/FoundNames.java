package io.impresario.job.deployment;

import io.impresario.job.executor.BuildOutcome;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules for the names that a deployment's workflows have and declare. */
final class FoundNames {
  private static final int MAX = 200;

  /** Each is looked for, in many spellings, in every line of a run. */
  private static final int MAX_CREDENTIALS = 32;

  private FoundNames() {}

  /** What is wrong with them, for the person who deployed. */
  static Optional<String> problem(List<BuildOutcome.FoundWorkflow> workflows) {
    if (workflows.isEmpty()) {
      return Optional.of("No workflow is exported from the entry point.");
    }
    Set<String> seen = new HashSet<>();
    for (BuildOutcome.FoundWorkflow workflow : workflows) {
      String name = workflow.name();
      if (name.isEmpty() || name.length() > MAX || name.chars().anyMatch(Character::isISOControl)) {
        return Optional.of("A workflow's name must have 1 to " + MAX + " visible characters.");
      }
      if (workflow.credentialNames().size() > MAX_CREDENTIALS) {
        return Optional.of(
            "The workflow \""
                + name
                + "\" declares more than "
                + MAX_CREDENTIALS
                + " credentials.");
      }
      if (!seen.add(name)) {
        return Optional.of("Two workflows have the name \"" + name + "\".");
      }
    }
    return Optional.empty();
  }
}
