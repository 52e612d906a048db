package io.impresario.job.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.lifecycle.JobLifecycle.Move;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Code, documentation and SQL must state the same life. */
class JobLifecycleTest {
  private static final Path DOCUMENT = Path.of("../docs/job-lifecycle.md");
  private static final Path MIGRATION = Path.of("src/main/resources/db/migration/V0110__jobs.sql");

  /** The last one that states the moves. */
  private static final Path MOVES = MIGRATION.resolveSibling("V0115__given_back.sql");

  @Test
  void theDocumentHasExactlyTheMovesOfTheCode() throws IOException {
    Set<String> documented =
        Files.readAllLines(DOCUMENT).stream()
            .map(line -> line.split("\\|", -1))
            .filter(cells -> cells.length == 5)
            .filter(cells -> JobStatus.find(cells[1].strip()).isPresent())
            .filter(cells -> JobStatus.find(cells[2].strip()).isPresent())
            .map(c -> c[1].strip() + ">" + c[2].strip() + ":" + codes(c[3]))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> coded =
        JobLifecycle.allMoves()
            .map(JobLifecycleTest::text)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(documented).isEqualTo(coded);
  }

  @Test
  void theTimelinesCheckHasExactlyTheMovesOfTheCode() throws IOException {
    String check = Files.readString(MOVES).split("\\(from_status, to_status\\) IN \\(", 2)[1];
    Set<String> constrained =
        Pattern.compile("\\('([a-z_]+)', '([a-z_]+)'\\)")
            .matcher(check.substring(0, check.indexOf(")))") + 3))
            .results()
            .map(match -> match.group(1) + ">" + match.group(2))
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> coded =
        JobLifecycle.allMoves()
            .map(move -> move.from().text() + ">" + move.to().text())
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(constrained).isEqualTo(coded);
  }

  @Test
  void theTableKnowsExactlyTheStatusesAndFailureCodesOfTheCode() throws IOException {
    String sql = Files.readString(MIGRATION);
    Arrays.stream(JobStatus.values())
        .forEach(status -> assertThat(sql).contains("'" + status.text() + "'"));
    Arrays.stream(FailureCode.values())
        .forEach(code -> assertThat(sql).contains("WHEN '" + code.text() + "'"));
  }

  @Test
  void nothingLeadsOutOfAnEnd() {
    EnumSet.allOf(JobStatus.class).stream()
        .filter(JobStatus::ended)
        .forEach(end -> assertThat(JobLifecycle.of(end).moves()).isEmpty());
  }

  @Test
  void anEndKnowsWhereItMayComeFrom() {
    assertThat(JobLifecycle.sourcesOf(new JobEnd.Completed("1")))
        .containsExactly(JobStatus.RUNNING);
    assertThat(JobLifecycle.sourcesOf(new JobEnd.Failed(FailureCode.LAUNCH_FAILED, "", null)))
        .containsExactly(JobStatus.STARTING_BROWSER);
    assertThat(JobLifecycle.sourcesOf(new JobEnd.Cancelled()))
        .containsExactly(JobStatus.QUEUED, JobStatus.STARTING_BROWSER, JobStatus.RUNNING);
  }

  private static String text(Move move) {
    Set<String> codes = new TreeSet<>();
    move.failures().forEach(code -> codes.add(code.text()));
    return move.from().text() + ">" + move.to().text() + ":" + codes;
  }

  private static Set<String> codes(String cell) {
    return Arrays.stream(cell.split(","))
        .map(String::strip)
        .filter(code -> !code.isEmpty())
        .collect(Collectors.toCollection(TreeSet::new));
  }
}
