package io.impresario.job.executor;

import io.impresario.events.Viewport;
import org.jspecify.annotations.Nullable;

/**
 * How the browser of a run is started. {@link #DEFAULTS} is what warm slots have, with the {@link
 * ExecutorHost.WarmProxy}; anything that they do not have (another proxy, a visible window, a GPU)
 * starts cold. The start URL is opened in a warm slot too.
 */
public record RunBrowser(
    boolean headless,
    boolean gpu,
    @Nullable String startUrl,
    @Nullable Viewport viewport,
    @Nullable ProxyServer proxy) {
  public static final RunBrowser DEFAULTS = new RunBrowser(true, false, null, null, null);

  /**
   * The proxy that all of a run's browser traffic leaves through.
   *
   * @param server e.g. {@code http://proxy.example:8080}
   */
  public record ProxyServer(String server, @Nullable String username, @Nullable String password) {
    @Override
    public String toString() {
      return "ProxyServer[" + server + "]";
    }
  }
}
