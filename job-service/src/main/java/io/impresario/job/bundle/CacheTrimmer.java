package io.impresario.job.bundle;

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
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/**
 * Keeps the cache of unpacked bundles within its size by removing what was not used for the longest
 * time, and clears away what a crash left half unpacked. A bundle that a run may still be reading
 * stays, even if the size is exceeded for it.
 */
@ApplicationScoped
public class CacheTrimmer {
  private static final Logger LOG = Logger.getLogger(CacheTrimmer.class);

  /** Some tens of thousands of files, on a slow disk. */
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private final BundlesInUse inUse;
  private final DataDirectory data;
  private final BundleConfig config;
  private final Clock clock;

  CacheTrimmer(BundlesInUse inUse, DataDirectory data, BundleConfig config, Clock clock) {
    this.inUse = inUse;
    this.data = data;
    this.config = config;
    this.clock = clock;
  }

  private record Cached(Path folder, Instant lastUse, long bytes) {}

  void start(@Observes StartupEvent event, Duties duties) {
    duties.start(
        DutySpec.of("cache-trimmer", Duration.ofMinutes(5), duties.blocking(this::round))
            .withFirst(Duration.ofSeconds(30))
            .withLimit(LIMIT));
  }

  private Round round() throws IOException {
    trim();
    return Round.done();
  }

  void trim() throws IOException {
    Instant youngest = clock.instant().minus(config.cacheMinimumAge());
    List<Cached> bundles = new ArrayList<>();
    for (Path folder : folders()) {
      Instant lastUse = Files.getLastModifiedTime(folder).toInstant();
      if (!folder.getFileName().toString().startsWith(BundleCache.PARTIAL)) {
        bundles.add(new Cached(folder, lastUse, FileTree.bytes(folder)));
      } else if (lastUse.isBefore(youngest)) {
        FileTree.delete(folder);
      }
    }
    removeOldest(bundles, youngest);
  }

  private void removeOldest(List<Cached> bundles, Instant youngest) throws IOException {
    long excess = bundles.stream().mapToLong(Cached::bytes).sum() - (config.cacheLimitMib() << 20);
    bundles.sort(Comparator.comparing(Cached::lastUse));
    for (Cached bundle : bundles) {
      if (excess <= 0 || !bundle.lastUse().isBefore(youngest)) {
        return;
      }
      Optional<Path> aside = inUse.moveAside(bundle.folder(), youngest);
      if (aside.isPresent()) {
        FileTree.delete(aside.get());
        excess -= bundle.bytes();
        LOG.infof("bundle.uncached deployment_id=%s", bundle.folder().getFileName());
      }
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> all = Files.list(data.folder(BundleCache.FOLDER))) {
      return all.toList();
    }
  }
}
