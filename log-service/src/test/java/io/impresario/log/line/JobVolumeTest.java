package io.impresario.log.line;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.events.LogLevel;
import io.impresario.events.LogLine;
import io.impresario.events.LogSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class JobVolumeTest {
  private static final long MAX = 100;

  private JobVolume volume = JobVolume.EMPTY;

  private static LogLine line(long seq, int size) {
    return new LogLine(
        new UUID(0, 1),
        new UUID(0, 2),
        "flow",
        seq,
        LogLevel.INFO,
        LogSource.CONSOLE,
        "x".repeat(size),
        Instant.EPOCH);
  }

  private List<String> take(LogLine... lines) {
    List<String> kept = new ArrayList<>();
    for (LogLine line : lines) {
      volume = volume.after(line, MAX);
      volume.kept(line).ifPresent(one -> kept.add(one.seq() + ":" + one.message()));
    }
    return kept;
  }

  @Test
  void endsALogThatExceedsTheLimitWithOneMarker() {
    List<String> kept = take(line(1, 60), line(2, 40), line(3, 1), line(4, 1), line(5, 1));
    assertThat(kept)
        .containsExactly("1:" + "x".repeat(60), "2:" + "x".repeat(40), "3:" + JobVolume.MARKER);
  }

  @Test
  void countsARedeliveredLineOnce() {
    take(line(1, 60), line(2, 40));
    assertThat(take(line(1, 60), line(2, 40))).hasSize(2);
    assertThat(volume.bytes()).isEqualTo(100);
  }

  @Test
  void decidesTheSameForARedeliveredLine() {
    List<String> first = take(line(1, 60), line(2, 60), line(3, 1));
    assertThat(take(line(1, 60), line(2, 60), line(3, 1))).isEqualTo(first).hasSize(2);
  }

  @Test
  void goesOnFromWhatTheTableHolds() {
    volume = JobVolume.stored(7, 99, false);
    assertThat(take(line(8, 2), line(9, 2))).containsExactly("8:" + JobVolume.MARKER);
    volume = JobVolume.stored(7, 99, true);
    assertThat(take(line(8, 1))).isEmpty();
  }

  @Test
  void noticesLinesThatOthersMayHaveTaken() {
    assertThat(JobVolume.EMPTY.continuesWith(line(1, 1))).isTrue();
    assertThat(JobVolume.EMPTY.continuesWith(line(2, 1))).isFalse();
    assertThat(JobVolume.stored(4, 1, false).continuesWith(line(5, 1))).isTrue();
    assertThat(JobVolume.stored(4, 1, false).continuesWith(line(6, 1))).isFalse();
  }
}
