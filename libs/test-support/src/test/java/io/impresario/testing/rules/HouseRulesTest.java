package io.impresario.testing.rules;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HouseRulesTest {
  private static final JavaClasses BROKEN =
      new ClassFileImporter().importClasses(Broken.class, BrokenHelper.class);

  @TempDir private Path module;

  static final class Broken {
    private static final Supplier<Instant> NOW = Instant::now;

    Instant time() {
      return NOW.get().plusMillis(Clock.systemUTC().millis());
    }

    CompletionStage<String> future() {
      return inner();
    }

    private CompletableFuture<String> inner() {
      return new CompletableFuture<>();
    }
  }

  static final class BrokenHelper {}

  @Test
  void findsWhatClassesMustNotDo() {
    assertThat(ClassRules.check(BROKEN))
        .extracting(violation -> violation.rule() + " " + violation.detail())
        .containsExactlyInAnyOrder(
            "CLOCK calls Instant.now",
            "CLOCK calls Clock.systemUTC",
            "FUTURE future() has a future in its signature",
            "NAME has a suffix that says nothing");
  }

  @Test
  void namesEveryViolationThatIsNotAnException() {
    HouseRules rules =
        HouseRules.of(BROKEN).except(Rule.CLOCK, "HouseRulesTest").except(Rule.FILE_SIZE, "Old");

    assertThatThrownBy(rules::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("HouseRulesTest future() has a future in its signature")
        .hasMessageContaining("HouseRulesTest has a suffix that says nothing")
        .hasMessageContaining("Old keeps the rule and must not be an exception any more")
        .hasMessageNotContaining("calls Clock.systemUTC");
    assertThatCode(
            HouseRules.of(BROKEN)
                    .except(Rule.CLOCK, "HouseRulesTest")
                    .except(Rule.FUTURE, "HouseRulesTest")
                    .except(Rule.NAME, "HouseRulesTest")
                ::check)
        .doesNotThrowAnyException();
  }

  @Test
  void findsWhatSourcesMustNotBe() throws IOException {
    Path folder = Files.createDirectories(module.resolve("src/main/java/io/impresario/wide"));
    for (int i = 0; i < 16; i++) {
      Files.writeString(folder.resolve("Class" + i + ".java"), "\n".repeat(299));
    }
    Files.writeString(folder.resolve("Class0.java"), "\n".repeat(301));

    assertThat(SourceRules.check(module))
        .extracting(Violation::toString)
        .containsExactlyInAnyOrder(
            "Class0 has 301 lines",
            "wide has 16 files",
            "wide has no package-info with @NullMarked");
  }

  @Test
  void readsTheMessageOfALogStatement() {
    assertThat(
            LogEvent.in(
                """
                LOG.infof("job.ended id=%s"
                    + " reason=\\"%s\\"", id, reason);
                LOG.errorf(failure, "job.broken");
                LOG.warn(text);
                """))
        .containsExactly(
            new LogEvent("info", "job.ended id=%s reason=\"%s\""),
            new LogEvent("error", "job.broken"),
            new LogEvent("warn", ""));
  }

  @Test
  void knowsTheFormOfALogEvent() {
    List<String> good =
        List.of("job.ended", "log_lines.lost job_id=%s reason=\"%s\"", "x.y took=%.1f state=open");
    List<String> bad =
        List.of("", "job", "job.not-ended", "Job.ended", "job.ended %s", "job.ended (it waits)");

    assertThat(good).allMatch(message -> new LogEvent("info", message).hasTheForm());
    assertThat(bad).noneMatch(message -> new LogEvent("info", message).hasTheForm());
  }
}
