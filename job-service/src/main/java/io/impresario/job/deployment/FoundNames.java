package io.impresario.job.deployment;

import io.impresario.job.executor.BuildOutcome;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The rules for the names of a deployment's workflows. */
final class FoundNames {
  private static final int MAX = 200;

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
      if (!seen.add(name)) {
        return Optional.of("Two workflows have the name \"" + name + "\".");
      }
    }
    return Optional.empty();
  }
}
