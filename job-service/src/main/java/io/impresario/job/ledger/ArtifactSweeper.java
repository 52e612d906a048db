package io.impresario.job.ledger;

import io.impresario.duty.Duties;
import io.impresario.duty.DutySpec;
import io.impresario.duty.Round;
import io.impresario.job.DataDirectory;
import io.impresario.job.archive.FileTree;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.unchecked.Unchecked;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Deletes what failed runs left on this replica's disk, a folder for each job, once it is old: the
 * rows first, so that none names a file that is gone.
 */
@ApplicationScoped
class ArtifactSweeper {
  static final String FOLDER = "artifacts";

  private static final int BATCH = 500;

  /** Some hundreds of pictures, on a slow disk. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final String FORGET = "DELETE FROM job_artifacts WHERE job_id = ANY ($1::uuid[])";

  private final Pool pool;
  private final DataDirectory data;
  private final RetentionConfig config;
  private final Clock clock;

  ArtifactSweeper(Pool pool, DataDirectory data, RetentionConfig config, Clock clock) {
    this.pool = pool;
    this.data = data;
    this.config = config;
    this.clock = clock;
  }

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("artifact-sweeper", Duration.ofMinutes(10), this::sweep)
            .withFirst(Duration.ofMinutes(2))
            .withLimit(LIMIT));
  }

  /** One batch. */
  Uni<Round> sweep() {
    return Uni.createFrom()
        .item(Unchecked.supplier(this::old))
        .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
        .call(this::forget)
        .emitOn(Infrastructure.getDefaultWorkerPool())
        .invoke(Unchecked.consumer(ArtifactSweeper::delete))
        .map(folders -> Round.moreIf(folders.size() == BATCH));
  }

  private List<Path> old() throws IOException {
    Instant youngest = clock.instant().minus(config.artifacts());
    try (Stream<Path> all = Files.list(data.folder(FOLDER))) {
      return all.filter(folder -> changed(folder).isBefore(youngest)).limit(BATCH).toList();
    }
  }

  private static Instant changed(Path folder) {
    try {
      return Files.getLastModifiedTime(folder).toInstant();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Uni<?> forget(List<Path> folders) {
    UUID[] jobs =
        folders.stream()
            .map(folder -> UUID.fromString(folder.getFileName().toString()))
            .toArray(UUID[]::new);
    return pool.preparedQuery(FORGET).execute(Tuple.tuple().addArrayOfUUID(jobs));
  }

  private static void delete(List<Path> folders) throws IOException {
    for (Path folder : folders) {
      FileTree.delete(folder);
    }
  }
}
