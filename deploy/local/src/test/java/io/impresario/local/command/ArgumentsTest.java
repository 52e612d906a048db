package io.impresario.local.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.impresario.local.stack.Problem;
import java.util.List;
import org.junit.jupiter.api.Test;

class ArgumentsTest {
  @Test
  void takesOptionsInBothForms() {
    Arguments arguments = arguments("--port", "1", "--data=a b", "--set", "x=1", "--set=y=2");
    assertThat(arguments.option("--port")).contains("1");
    assertThat(arguments.option("--data")).contains("a b");
    assertThat(arguments.options("--set")).containsExactly("x=1", "y=2");
    arguments.end();
  }

  @Test
  void takesFlagsAndWords() {
    Arguments arguments = arguments("job-service", "--follow");
    assertThat(arguments.flag("--follow")).isTrue();
    assertThat(arguments.flag("--follow")).isFalse();
    assertThat(arguments.word("a service")).isEqualTo("job-service");
    arguments.end();
  }

  @Test
  void saysWhatIsMissingOrTooMuch() {
    assertThatThrownBy(() -> arguments("--port").option("--port"))
        .isInstanceOf(Problem.class)
        .hasMessage("--port needs a value.");
    assertThatThrownBy(() -> arguments("--follow").word("a service"))
        .isInstanceOf(Problem.class)
        .hasMessage("Name a service.");
    assertThatThrownBy(() -> arguments("--prot", "1").end())
        .isInstanceOf(Problem.class)
        .hasMessage("Not understood: --prot 1; see ./impresario help.");
  }

  private static Arguments arguments(String... words) {
    return new Arguments(List.of(words));
  }
}
