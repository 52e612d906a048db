package io.impresario.events.spec;

import org.jspecify.annotations.Nullable;

/**
 * How a job's browser is started. A job may leave any of it to its workflow, and a workflow to the
 * {@link #DEFAULTS}.
 *
 * @param headless whether the browser shows no window
 * @param startUrl what the page is opened at; null opens a blank page
 * @param viewport null leaves the size to Playwright
 */
public record BrowserOptions(
    @Nullable Boolean headless,
    @Nullable String startUrl,
    @Nullable Boolean gpu,
    @Nullable Viewport viewport) {

  /** Asks for nothing. */
  public static final BrowserOptions NONE = new BrowserOptions(null, null, null, null);

  /** What holds where neither a job nor its workflow asks for anything else. */
  public static final BrowserOptions DEFAULTS = new BrowserOptions(true, null, false, null);

  /** These options, and the other's where these ask for nothing. */
  public BrowserOptions orElse(BrowserOptions other) {
    return new BrowserOptions(
        headless == null ? other.headless : headless,
        startUrl == null ? other.startUrl : startUrl,
        gpu == null ? other.gpu : gpu,
        viewport == null ? other.viewport : viewport);
  }
}
