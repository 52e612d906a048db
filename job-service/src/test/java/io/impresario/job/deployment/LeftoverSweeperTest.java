package io.impresario.job.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.ScratchDirectory;
import io.impresario.testing.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeftoverSweeperTest {
  private final MutableClock clock = MutableClock.at("2026-01-01T12:00:00Z");

  @Test
  void removesWhatNoBuildCanBeUsingAnyMore(@TempDir Path root) throws IOException {
    Path dead = entry(root.resolve("builds/dead-1"), Duration.ofMinutes(76));
    Path alive = entry(root.resolve("builds/alive-1"), Duration.ofMinutes(74));
    Path upload = entry(root.resolve("uploads/lost"), Duration.ofDays(1));
    new LeftoverSweeper(ScratchDirectory.at(root), clock, BuildSettings.withTimeLimit("15m"))
        .sweep();
    assertThat(dead).doesNotExist();
    assertThat(upload).doesNotExist();
    assertThat(alive.resolve("tree")).exists();
  }

  private Path entry(Path folder, Duration age) throws IOException {
    Files.createDirectories(folder.resolve("tree"));
    return Files.setLastModifiedTime(folder, FileTime.from(clock.instant().minus(age)));
  }
}
