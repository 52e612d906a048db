package io.impresario.job.submission;

import io.impresario.events.ResidentialProxy;
import io.impresario.events.Viewport;
import io.impresario.job.proxy.ResidentialProxyRules;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.RawJson;
import io.impresario.secrets.Secret;
import io.impresario.targets.TargetCheck;
import io.impresario.targets.TargetGuard;
import org.jspecify.annotations.Nullable;

/** Reads the input of {@code jobs/create}; everything that is wrong is noted in the input. */
final class JobOrderReader {
  private static final int MAX_NAME = 200;
  private static final int MAX_URL = 2048;
  private static final int MAX_SECRET = 1024;
  private static final int MAX_PARAMS_BYTES = 1024 * 1024;
  private static final int MAX_TIMEOUT_SECONDS = 3600;
  private static final int DEFAULT_TIMEOUT_SECONDS = 1800;
  private static final int MAX_QUEUE_TTL_SECONDS = 30 * 24 * 3600;
  // What Chromium can lay out; beyond it a screenshot alone needs gigabytes.
  private static final int MAX_VIEWPORT = 10_000;

  /** A client's own bookkeeping, which the workflow must not see. */
  private static final String CLIENT_KEY = "__libretto";

  private final TargetGuard guard;

  JobOrderReader(TargetGuard guard) {
    this.guard = guard;
  }

  JobOrder read(Input input) {
    String workflow = input.requiredText("workflow", 1, MAX_NAME);
    RawJson params = input.object("params", RawJson.EMPTY_OBJECT, MAX_PARAMS_BYTES);
    int timeout = input.integer("timeout_seconds", 1, MAX_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS);
    Integer queueTtl = input.optionalInt("queue_ttl_seconds", 1, MAX_QUEUE_TTL_SECONDS);
    String callbackUrl = input.optionalText("callback_url", 1, MAX_URL);
    String callbackSecret = input.optionalText("callback_secret", 1, MAX_SECRET);
    checkCallback(input, callbackUrl, callbackSecret);
    boolean skip = input.bool("skip_callbacks", false);
    Input proxyInput = input.optionalObject("residential_proxy");
    ResidentialProxy proxy = proxyInput == null ? null : ResidentialProxyRules.read(proxyInput);
    Boolean disableDefault = input.optionalBoolean("disable_default_proxy");
    if (proxy != null && Boolean.TRUE.equals(disableDefault)) {
      input.issue(
          Issue.custom(
              "residential_proxy", "Cannot be combined with disable_default_proxy: true"));
    }
    return new JobOrder(
        workflow,
        params.without(CLIENT_KEY).text(),
        timeout,
        queueTtl,
        callbackUrl,
        callbackSecret == null ? null : new Secret(callbackSecret),
        skip,
        proxy,
        disableDefault,
        input.optionalBoolean("headless"),
        input.optionalUrl("start_url", MAX_URL),
        input.optionalBoolean("gpu"),
        viewport(input));
  }

  private void checkCallback(Input input, @Nullable String url, @Nullable String secret) {
    if (url != null && secret == null) {
      input.issue(Issue.custom("callback_secret", "Required together with callback_url"));
    }
    if (url == null) {
      if (secret != null) {
        input.issue(Issue.custom("callback_url", "Required together with callback_secret"));
      }
      return;
    }
    TargetCheck check = guard.check(url);
    if (url.isEmpty() || check instanceof TargetCheck.Accepted) {
      return;
    }
    if (check instanceof TargetCheck.Malformed malformed) {
      input.issue(Issue.invalidString("callback_url", "url", "The URL " + malformed.message()));
    } else if (check instanceof TargetCheck.Refused refused) {
      input.issue(Issue.custom("callback_url", "The URL " + refused.message()));
    }
  }

  private static @Nullable Viewport viewport(Input input) {
    Input size = input.optionalObject("viewport");
    return size == null
        ? null
        : new Viewport(
            size.requiredInt("width", 1, MAX_VIEWPORT), size.requiredInt("height", 1, MAX_VIEWPORT));
  }
}
