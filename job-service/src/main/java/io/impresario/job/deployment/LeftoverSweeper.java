package io.impresario.job.deployment;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.job.DataDirectory;
import io.impresario.job.archive.FileTree;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
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

  /** Some tens of thousands of files, on a slow disk. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final DataDirectory data;
  private final Clock clock;
  private final BuildConfig config;

  LeftoverSweeper(DataDirectory data, Clock clock, BuildConfig config) {
    this.data = data;
    this.clock = clock;
    this.config = config;
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("leftover-sweeper", Duration.ofMinutes(10), duties.blocking(this::round))
            .withFirst(Duration.ofSeconds(20))
            .withLimit(LIMIT));
  }

  private Round round() throws IOException {
    sweep();
    return Round.done();
  }

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
