package io.impresario.rpc.fields;

import io.impresario.events.Viewport;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a job says about its browser; a null, written or not, leaves it to what the workflow
 * declares.
 */
public record BrowserFields(
    @Nullable Boolean headless,
    @Nullable String startUrl,
    @Nullable Boolean gpu,
    @Nullable Viewport viewport) {
  private static final int MAX_URL = 2048;

  /** Chromium itself refuses surfaces beyond 16384 pixels. */
  private static final int MAX_PIXELS = 16_384;

  public static BrowserFields read(Input input) {
    return new BrowserFields(
        optionalBoolean(input, "headless"),
        startUrl(input),
        optionalBoolean(input, "gpu"),
        viewport(input));
  }

  private static @Nullable Boolean optionalBoolean(Input input, String field) {
    return input.isNull(field) ? null : input.optionalBoolean(field);
  }

  private static @Nullable String startUrl(Input input) {
    String url = input.isNull("start_url") ? null : input.optionalText("start_url", 1, MAX_URL);
    if (url != null && !url.isEmpty() && !isWebAddress(url)) {
      input.issue(Issue.invalidString(List.of("start_url"), "url", "Must be an http or https URL"));
    }
    return url;
  }

  private static boolean isWebAddress(String url) {
    try {
      URI uri = new URI(url);
      return ("http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme()))
          && uri.getRawAuthority() != null;
    } catch (URISyntaxException notUrl) {
      return false;
    }
  }

  private static @Nullable Viewport viewport(Input input) {
    Input size = input.isNull("viewport") ? null : input.optionalObject("viewport");
    return size == null
        ? null
        : new Viewport(
            size.requiredInt("width", 1, MAX_PIXELS), size.requiredInt("height", 1, MAX_PIXELS));
  }
}
