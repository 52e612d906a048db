package io.impresario.job.executor;

import org.jspecify.annotations.Nullable;

/**
 * How the run's browser is started. {@link #DEFAULTS} is what warm slots have, with the {@link
 * WarmProxy}; anything that they do not have (another proxy, a visible window, a GPU) starts cold.
 * The start URL is opened in a warm slot too.
 */
public record BrowserOptions(
    boolean headless,
    boolean gpu,
    @Nullable String startUrl,
    @Nullable Viewport viewport,
    @Nullable ProxyServer proxy) {
  public static final BrowserOptions DEFAULTS = new BrowserOptions(true, false, null, null, null);
}
