package io.impresario.rpc.fields;

import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.Viewport;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a job's browser. What a call leaves out stays as it was, and a null takes the
 * option back, so that the workflow's own holds.
 */
final class BrowserFields {
  private static final int MAX_URL = 2048;

  /** Chromium itself refuses surfaces beyond 16384 pixels. */
  private static final int MAX_PIXELS = 16_384;

  private BrowserFields() {}

  static BrowserOptions read(Input input, BrowserOptions before) {
    return new BrowserOptions(
        flag(input, "headless", before.headless()),
        startUrl(input, before.startUrl()),
        flag(input, "gpu", before.gpu()),
        viewport(input, before.viewport()));
  }

  private static @Nullable Boolean flag(Input input, String field, @Nullable Boolean before) {
    if (input.isNull(field)) {
      return null;
    }
    Boolean value = input.optionalBoolean(field);
    return value == null ? before : value;
  }

  private static @Nullable String startUrl(Input input, @Nullable String before) {
    if (input.isNull("start_url")) {
      return null;
    }
    String url = input.optionalText("start_url", 1, MAX_URL);
    if (url != null && !url.isEmpty() && !isWebAddress(url)) {
      input.issue(Issue.invalidString(List.of("start_url"), "url", "Must be an http or https URL"));
    }
    return url == null ? before : url;
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

  private static @Nullable Viewport viewport(Input input, @Nullable Viewport before) {
    if (input.isNull("viewport")) {
      return null;
    }
    Input size = input.optionalObject("viewport");
    return size == null
        ? before
        : new Viewport(
            size.requiredInt("width", 1, MAX_PIXELS), size.requiredInt("height", 1, MAX_PIXELS));
  }
}
