package io.impresario.job.executor;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the Node program is and what it may take. */
@ConfigMapping(prefix = "impresario.executor")
public interface ExecutorConfig {
  /** The folder of the Node program, its {@code node_modules} installed. */
  @WithDefault("executor")
  Path directory();

  /** The Node to run it with: version 20 or newer. */
  @WithDefault("node")
  String node();

  /** A browser of one's own choice; else one on the path or in Playwright's cache. */
  Optional<Path> chromiumPath();

  /**
   * Browsers kept open for the next job. One costs about 230 MiB of its own while idle (and the
   * browser's program, some 220 MiB that all browsers share), and saves a job the start of a
   * browser; one is enough unless jobs arrive in bursts.
   */
  @WithDefault("1")
  int warmSlots();

  /** From the order to the handler's first line: a loaded machine's cold browser, and then some. */
  @WithDefault("60s")
  Duration startupTimeout();

  /**
   * How long service and program may hear nothing of one another: then the service replaces the
   * program, and the program ends its runs. As long as a lease, after which others call them lost.
   */
  @WithDefault("15s")
  Duration silenceLimit();

  /** What a run may use, browser included. An ordinary page needs 300 to 600. */
  @WithDefault("2048")
  int memoryLimitMib();

  /** Threads and processes of a run; a browser has about 150. A quarter counts for processes. */
  @WithDefault("1024")
  int maxProcesses();

  /** The size of a run's temporary directory, which is in memory. */
  @WithDefault("512")
  int tmpLimitMib();

  /** {@code require} refuses to start where bubblewrap does not work. */
  @WithDefault("auto")
  SandboxWish sandbox();

  /**
   * What runs may not reach, beside what this service itself listens on and talks to: {@code 5432}
   * (that port of this machine), {@code host:5432}, {@code 10.0.0.0/8}. A cloud machine's metadata
   * address hands out the machine's own rights.
   */
  @WithDefault("169.254.169.254,fd00:ec2::254")
  List<String> protectedAddresses();

  /** Limits of builds. */
  Build build();

  /** Limits of builds. */
  interface Build {
    /** Builds at once: two, so that one tenant's slow install does not hold up another's build. */
    @WithDefault("2")
    int concurrency();

    /** For each step of a build: an install without a cache takes the longest. */
    @WithDefault("5m")
    Duration timeout();

    /** What a bundle may grow to with its dependencies. */
    @WithDefault("1024")
    int bundleLimitMib();

    /** For installed packages that are kept for the next build, and for npm's downloads, each. */
    @WithDefault("2048")
    int packageCacheMib();

    /**
     * Kept packages are installed anew after this, unless a lock file pins them: a new version of
     * one may have come out.
     */
    @WithDefault("1h")
    Duration unlockedMaxAge();

    /**
     * Names of packages whose install scripts run, in the sandbox and without a network: better
     * those that compile than those that download.
     */
    Optional<List<String>> installScripts();
  }

  /** How much is asked of the machine. */
  enum SandboxWish {
    AUTO,
    REQUIRE,
    OFF;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
