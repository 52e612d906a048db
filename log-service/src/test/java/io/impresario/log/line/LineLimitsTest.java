package io.impresario.log.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.events.LogSource;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LineLimitsTest {
  private static final LineLimits LIMITS = new LineLimits(2048);

  private static LogLine line(String message) {
    return new LogLine(
        new UUID(0, 1),
        new UUID(0, 2),
        "flow",
        1,
        LogLevel.INFO,
        LogSource.STDOUT,
        message,
        Instant.EPOCH);
  }

  @Test
  void leavesALineOfTheLimitAlone() {
    LogLine line = line("x".repeat(2048));
    assertThat(LIMITS.fit(line)).isSameAs(line);
  }

  @Test
  void cutsALongerLineVisibly() {
    String cut = LIMITS.fit(line("x".repeat(2049))).message();
    assertThat(cut).endsWith(LineLimits.CUT).startsWith("xxx");
    assertThat(Utf8.length(cut)).isEqualTo(2048);
  }

  @Test
  void neverSplitsACharacter() {
    String cut = LIMITS.fit(line("😀".repeat(1000))).message();
    assertThat(cut).endsWith(LineLimits.CUT).doesNotContain("?");
    assertThat(new String(cut.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
        .isEqualTo(cut);
    assertThat(Utf8.length(cut)).isBetween(2040, 2048);
  }

  @Test
  void replacesWhatPostgresHasNoPlaceFor() {
    assertThat(LIMITS.fit(line("a\0b")).message()).isEqualTo("a\uFFFDb");
  }

  @Test
  void countsTheBytesThatTheEncoderMakes() {
    Random random = new Random(7);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(20); i > 0; i--) {
        text.append((char) random.nextInt(i % 2 == 0 ? 0x100 : 0x10000));
      }
      if (round % 3 == 0) {
        text.appendCodePoint(0x1F600 + random.nextInt(50));
      }
      assertThat(Utf8.length(text.toString()))
          .as(text.toString())
          .isEqualTo(text.toString().getBytes(StandardCharsets.UTF_8).length);
    }
  }
}
