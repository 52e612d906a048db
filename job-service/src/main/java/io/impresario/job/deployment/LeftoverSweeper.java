package io.impresario.job.deployment;

import io.impresario.job.DataDirectory;
import io.impresario.job.archive.FileTree;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.common.annotation.Blocking;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

/** Removes what uploads and builds left on this machine's disk that were killed on their way. */
@ApplicationScoped
class LeftoverSweeper {
  static final String UPLOADS = "uploads";
  static final String BUILDS = "builds";

  /** An upload may take as long as a slow line needs, and a build as its limit says. */
  private static final Duration SPARE = Duration.ofHours(1);

  private final DataDirectory data;
  private final Clock clock;
  private final BuildConfig config;

  LeftoverSweeper(DataDirectory data, Clock clock, BuildConfig config) {
    this.data = data;
    this.clock = clock;
    this.config = config;
  }

  @Scheduled(
      every = "10m",
      delayed = "20s",
      concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
  @Blocking
  void sweep() throws IOException {
    Instant old = clock.instant().minus(config.timeLimit()).minus(SPARE);
    for (String folder : List.of(UPLOADS, BUILDS)) {
      for (Path left : entries(data.folder(folder))) {
        if (Files.getLastModifiedTime(left).toInstant().isBefore(old)) {
          FileTree.delete(left);
        }
      }
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }
}
