package io.impresario.local;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.local.terminal.Console;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;
import picocli.CommandLine.ParseResult;

/** What the command line takes, refuses and says about itself; nothing is started here. */
class CommandLineTest {
  private static final List<String> COMMANDS =
      List.of("demo", "up", "down", "status", "logs", "keys", "tenants", "secrets", "outbox");

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final CommandLine line =
      Main.commandLine(
              Path.of("no checkout"), new Console(new PrintStream(PrintStream.nullOutputStream())))
          .setOut(new PrintWriter(out))
          .setErr(new PrintWriter(err));

  @Test
  void namesEveryCommandWhenNoneIsGiven() {
    assertThat(line.execute()).isEqualTo(2);
    assertThat(err.toString()).startsWith("Usage: ./impresario ").contains(COMMANDS);
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void helpsOnStandardOutput() {
    for (String word : List.of("help", "--help", "-h")) {
      out.getBuffer().setLength(0);
      assertThat(line.execute(word)).isZero();
      assertThat(out.toString()).startsWith("Usage: ./impresario ").contains(COMMANDS);
    }
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void helpsWithEveryCommand() {
    for (String command : COMMANDS) {
      out.getBuffer().setLength(0);
      assertThat(line.execute(command, "--help")).isZero();
      String help = out.toString();
      assertThat(help).startsWith("Usage: ./impresario " + command);
      out.getBuffer().setLength(0);
      assertThat(line.execute("help", command)).isZero();
      assertThat(out.toString()).isEqualTo(help);
    }
  }

  @Test
  void takesOptionsInBothForms() {
    ParseResult up =
        line.parseArgs("up", "--port", "1", "--data=a b", "--set", "x.y=1", "--set=x.z=2")
            .subcommand();
    assertThat(up.<Integer>matchedOptionValue("--port", 0)).isEqualTo(1);
    assertThat(up.<Path>matchedOptionValue("--data", null)).isEqualTo(Path.of("a b"));
    assertThat(up.<List<String>>matchedOptionValue("--set", null))
        .containsExactly("x.y=1", "x.z=2");
  }

  @Test
  void takesNamesAsTheyAre() {
    ParseResult issue = line.parseArgs("keys", "issue", "@not a file").subcommand().subcommand();
    assertThat(issue.<String>matchedPositionalValue(0, null)).isEqualTo("@not a file");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up --prot 1     | 1 | Unknown options: '--prot', '1'
          up --port       | 1 | Missing required parameter for option '--port' (N)
          up --port many  | 1 | Invalid value for option '--port': 'many' is not an int
          up --port 0     | 1 | --port must be a number from 1 to 64999, not 0.
          up --port 65000 | 1 | --port must be a number from 1 to 64999, not 65000.
          up --set replicas=2 | 1 | --set takes SERVICE.KEY=VALUE, not replicas=2.
          up --set kafka.replicas=2 | 1 | --set names no service: kafka.
          down now        | 1 | Unmatched argument at index 1: 'now'
          logs --follow   | 1 | Missing required parameter: 'SERVICE'
          keys            | 1 | Missing required subcommand
          keys isue x     | 1 | There is no command isue.
          keys issue      | 1 | Missing required parameter: 'NAME'
          outbox retry x  | 1 | outbox retry takes the id of an event, not x.
          upp             | 2 | There is no command upp.
          help upp        | 2 | There is no command upp.
          """)
  void saysWhatIsWrong(String words, int code, String sentence) {
    assertThat(line.execute(words.split(" "))).isEqualTo(code);
    assertThat(err.toString()).startsWith("impresario: " + sentence + System.lineSeparator());
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void suggestsWhatMayBeMeant() {
    line.execute("statsu");
    assertThat(err.toString()).contains("Did you mean: ./impresario status");
  }
}
