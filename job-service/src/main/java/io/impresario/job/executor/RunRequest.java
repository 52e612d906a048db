package io.impresario.job.executor;

import io.impresario.events.spec.BrowserOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One run of one workflow.
 *
 * @param workflow the name of the workflow in the bundle
 * @param input the handler's second argument as JSON text, credentials included; handed over
 *     verbatim, so numbers beyond 2^53 keep their digits as far as JavaScript can hold them
 * @param session what the handler sees as {@code ctx.session}
 * @param browser warm slots have {@link BrowserOptions#DEFAULTS} and the {@link
 *     ExecutorHost.WarmProxy}; anything that they do not have (another proxy, a visible window, a
 *     GPU) starts cold. The start URL is opened in a warm slot too.
 * @param artifacts where screenshot and page HTML go; created when there is something to keep
 * @param timeout from the handler's start to its forced end
 */
public record RunRequest(
    UUID jobId,
    int attempt,
    Bundle bundle,
    String workflow,
    String input,
    String session,
    BrowserOptions browser,
    @Nullable ProxyServer proxy,
    Path artifacts,
    Duration timeout) {
  @Override
  public String toString() {
    return "RunRequest[" + jobId + "/" + attempt + " " + workflow + "]";
  }

  /**
   * A built bundle on this machine's disk.
   *
   * @param directory the unpacked bundle, absolute; the run may read all of it and write none of it
   * @param entry the module to load, relative to the directory, as {@link BuildOutcome.Built#entry}
   *     named it
   */
  public record Bundle(Path directory, String entry) {
    public Bundle {
      if (!directory.isAbsolute()) {
        throw new IllegalArgumentException("bundle directory is not absolute: " + directory);
      }
    }
  }
}
