package io.impresario.job.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.impresario.job.ScratchDirectory;
import io.impresario.testing.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init")
class CacheTrimmerTest {
  private final MutableClock clock = MutableClock.at("2026-01-01T12:00:00Z");
  private Path bundles;
  private CacheTrimmer trimmer;

  private final BundlesInUse inUse = new BundlesInUse();

  @BeforeEach
  void twoMebibytes(@TempDir Path root) throws IOException {
    bundles = Files.createDirectories(root.resolve("bundles"));
    BundleConfig config =
        new BundleConfig() {
          @Override
          public long cacheLimitMib() {
            return 2;
          }

          @Override
          public Duration cacheMinimumAge() {
            return Duration.ofMinutes(70);
          }

          @Override
          public Duration fetchLimit() {
            return Duration.ofMinutes(5);
          }

          @Override
          public Duration unneededGrace() {
            return Duration.ofHours(1);
          }
        };
    trimmer = new CacheTrimmer(inUse, ScratchDirectory.at(root), config, clock);
  }

  @Test
  void removesWhatWasNotUsedForTheLongestTimeDownToTheLimit() throws IOException {
    bundle("oldest", 1, Duration.ofHours(9));
    bundle("older", 1, Duration.ofHours(8));
    bundle("old", 1, Duration.ofHours(7));
    bundle("young", 1, Duration.ofHours(2));
    trimmer.trim();
    assertThat(kept()).containsExactly("old", "young");
    trimmer.trim();
    assertThat(kept()).containsExactly("old", "young");
  }

  @Test
  void keepsWhatARunMayStillReadAlthoughItIsTooMuch() throws IOException {
    bundle("unused", 2, Duration.ofMinutes(71));
    bundle("running-a", 3, Duration.ofMinutes(69));
    bundle("running-b", 3, Duration.ofMinutes(1));
    trimmer.trim();
    assertThat(kept()).containsExactly("running-a", "running-b");
    clock.advance(Duration.ofMinutes(2));
    trimmer.trim();
    assertThat(kept()).containsExactly("running-b");
  }

  @Test
  void keepsWhatARunHoldsHoweverOldItIs() throws IOException {
    UUID held = UUID.randomUUID();
    bundle(held.toString(), 3, Duration.ofHours(9));
    inUse.hold(held);
    inUse.hold(held);
    inUse.release(held);
    trimmer.trim();
    assertThat(kept()).containsExactly(held.toString());
    inUse.release(held);
    trimmer.trim();
    assertThat(kept()).isEmpty();
  }

  @Test
  void keepsWhatWasUsedAfterTheListWasMade() throws IOException {
    bundle("used-again", 3, Duration.ZERO);
    Path folder = bundles.resolve("used-again");
    assertThat(inUse.moveAside(folder, clock.instant().minus(Duration.ofMinutes(70)))).isEmpty();
    assertThat(kept()).containsExactly("used-again");
  }

  @Test
  void clearsAwayWhatACrashLeftHalfUnpacked() throws IOException {
    bundle(BundleCache.PARTIAL + UUID.randomUUID(), 1, Duration.ofHours(2));
    bundle(BundleCache.PARTIAL + "now", 1, Duration.ofMinutes(1));
    trimmer.trim();
    assertThat(kept()).containsExactly(BundleCache.PARTIAL + "now");
  }

  private void bundle(String name, int mebibytes, Duration unused) throws IOException {
    Path folder = Files.createDirectories(bundles.resolve(name).resolve("node_modules"));
    Files.write(folder.resolve("index.js"), new byte[mebibytes << 20]);
    Files.setLastModifiedTime(bundles.resolve(name), FileTime.from(clock.instant().minus(unused)));
  }

  private List<String> kept() throws IOException {
    try (Stream<Path> all = Files.list(bundles)) {
      return all.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }
}
