package io.impresario.job.bundle;

import io.impresario.job.DataDirectory;
import io.impresario.job.archive.Archive;
import io.impresario.job.archive.ArchiveLimits;
import io.impresario.job.archive.FileTree;
import io.impresario.job.archive.Unpacking;
import io.impresario.job.executor.RunRequest;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Unpacked bundles on this replica's disk. A bundle is fetched once however many jobs ask for it at
 * the same time, and appears under its name complete or not at all. Its folder's time of change is
 * the time of its last use, which {@link CacheTrimmer} goes by.
 */
@ApplicationScoped
public class BundleCache {
  static final String FOLDER = "bundles";
  static final String PARTIAL = ".partial-";

  private static final String ENTRY = "SELECT bundle_entry FROM deployment WHERE id = $1";

  private final Pool pool;
  private final ArchiveChunks chunks;
  private final DataDirectory data;
  private final Clock clock;
  private final Map<UUID, Uni<RunRequest.Bundle>> underWay = new ConcurrentHashMap<>();

  BundleCache(Pool pool, ArchiveChunks chunks, DataDirectory data, Clock clock) {
    this.pool = pool;
    this.chunks = chunks;
    this.data = data;
    this.clock = clock;
  }

  /** Whether a run will find the bundle here. */
  public Uni<Boolean> has(UUID deployment) {
    return blocking(() -> Files.isDirectory(folder(deployment)));
  }

  /**
   * The deployment's bundle on this machine's disk, fetched if it is not there.
   *
   * <p>Fails with {@link IllegalStateException} when the deployment is not ready or its bundle has
   * been removed.
   */
  public Uni<RunRequest.Bundle> ensure(UUID deployment) {
    return Uni.createFrom()
        .deferred(
            () ->
                underWay.computeIfAbsent(
                    deployment,
                    id ->
                        load(id)
                            .onTermination()
                            .invoke(() -> underWay.remove(id))
                            .memoize()
                            .indefinitely()));
  }

  private Uni<RunRequest.Bundle> load(UUID deployment) {
    return entry(deployment)
        .flatMap(
            entry ->
                blocking(() -> cached(deployment))
                    .flatMap(
                        cached ->
                            cached ? Uni.createFrom().item(folder(deployment)) : fetch(deployment))
                    .map(folder -> new RunRequest.Bundle(folder, entry)));
  }

  private Uni<String> entry(UUID deployment) {
    return pool.preparedQuery(ENTRY)
        .execute(Tuple.of(deployment))
        .map(
            rows -> {
              String entry =
                  rows.size() == 0 ? null : rows.iterator().next().getString("bundle_entry");
              if (entry == null) {
                throw new IllegalStateException("deployment " + deployment + " is not ready");
              }
              return entry;
            });
  }

  private boolean cached(UUID deployment) throws IOException {
    Path folder = folder(deployment);
    if (!Files.isDirectory(folder)) {
      return false;
    }
    Files.setLastModifiedTime(folder, FileTime.from(clock.instant()));
    return true;
  }

  private Uni<Path> fetch(UUID deployment) {
    Path partial = folder(deployment).resolveSibling(PARTIAL + UUID.randomUUID());
    Path archive = partial.resolve("bundle.tar.gz");
    return blocking(() -> Files.createDirectories(partial))
        .flatMap(ignored -> chunks.fetch(deployment, ArchiveKind.BUNDLE, archive))
        .flatMap(
            there ->
                blocking(
                    () -> {
                      if (!there) {
                        throw new IllegalStateException(
                            "the bundle of deployment " + deployment + " has been removed");
                      }
                      return unpack(archive, partial.resolve("bundle"), folder(deployment));
                    }))
        .eventually(
            () ->
                blocking(
                    () -> {
                      FileTree.delete(partial);
                      return true;
                    }));
  }

  private Path unpack(Path archive, Path fresh, Path folder) throws IOException {
    Files.createDirectory(fresh);
    Unpacking result = Archive.unpack(archive, fresh, ArchiveLimits.BUNDLE);
    if (result instanceof Unpacking.Refused refused) {
      throw new IllegalStateException("a stored bundle is damaged: " + refused.reason());
    }
    Files.setLastModifiedTime(fresh, FileTime.from(clock.instant()));
    try {
      Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException another) {
      // Another process with the same data directory was first, with the same content.
      return folder;
    }
    return folder;
  }

  private Path folder(UUID deployment) {
    try {
      return data.folder(FOLDER).resolve(deployment.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Disk work that may throw. */
  private interface DiskWork<T> {
    T run() throws IOException;
  }

  private static <T> Uni<T> blocking(DiskWork<T> work) {
    Supplier<T> checked =
        () -> {
          try {
            return work.run();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        };
    return Uni.createFrom().item(checked).runSubscriptionOn(Infrastructure.getDefaultWorkerPool());
  }
}
