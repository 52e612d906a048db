package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.spec.BrowserOptions;
import io.impresario.job.executor.BuildOutcome.FoundWorkflow;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class FoundNamesTest {
  @Test
  void takesAtMost32CredentialsOfAWorkflow() {
    assertThat(FoundNames.problem(List.of(workflow("shop", 32)))).isEmpty();
    assertThat(FoundNames.problem(List.of(workflow("shop", 33))))
        .hasValue("The workflow \"shop\" declares more than 32 credentials.");
  }

  @Test
  void takesEachNameOnce() {
    assertThat(FoundNames.problem(List.of(workflow("a", 0), workflow("a", 0))))
        .hasValue("Two workflows have the name \"a\".");
    assertThat(FoundNames.problem(List.of())).isPresent();
  }

  private static FoundWorkflow workflow(String name, int credentials) {
    List<String> names = Collections.nCopies(credentials, "key");
    return new FoundWorkflow(name, names, null, null, null, BrowserOptions.DEFAULTS, null);
  }
}
