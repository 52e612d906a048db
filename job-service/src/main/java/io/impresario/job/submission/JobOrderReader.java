package io.impresario.job.submission;

import io.impresario.events.JsonText;
import io.impresario.events.ResidentialProxy;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.fields.BrowserFields;
import io.impresario.rpc.fields.CallbackFields;
import io.impresario.rpc.fields.ResidentialProxyRules;
import io.impresario.targets.TargetGuard;

/** Reads the input of {@code jobs/create}; everything that is wrong is noted in the input. */
final class JobOrderReader {
  private static final int MAX_NAME = 200;
  private static final int MAX_PARAMS_BYTES = 1024 * 1024;
  private static final int MAX_TIMEOUT_SECONDS = 3600;
  private static final int DEFAULT_TIMEOUT_SECONDS = 1800;
  private static final int MAX_QUEUE_TTL_SECONDS = 30 * 24 * 3600;

  /** A client's own bookkeeping, which the workflow must not see. */
  private static final String CLIENT_KEY = "__libretto";

  private final TargetGuard guard;

  JobOrderReader(TargetGuard guard) {
    this.guard = guard;
  }

  JobOrder read(Input input) {
    String workflow = input.requiredText("workflow", 1, MAX_NAME);
    JsonText params =
        input.objectWithout(CLIENT_KEY, "params", JsonText.EMPTY_OBJECT, MAX_PARAMS_BYTES);
    int timeout = input.integer("timeout_seconds", 1, MAX_TIMEOUT_SECONDS, DEFAULT_TIMEOUT_SECONDS);
    Integer queueTtl = input.optionalInt("queue_ttl_seconds", 1, MAX_QUEUE_TTL_SECONDS);
    CallbackFields callback = CallbackFields.read(input, guard);
    boolean skip = input.bool("skip_callbacks", false);
    ResidentialProxy location = ResidentialProxyRules.read(input, "residential_proxy");
    Boolean disableDefault = input.optionalBoolean("disable_default_proxy");
    if (location != null && Boolean.TRUE.equals(disableDefault)) {
      input.issue(
          Issue.custom("residential_proxy", "Cannot be combined with disable_default_proxy: true"));
    }
    BrowserFields browser = BrowserFields.read(input);
    return new JobOrder(
        workflow,
        params.text(),
        timeout,
        queueTtl,
        callback.url(),
        callback.secret(),
        skip,
        location,
        disableDefault,
        browser.headless(),
        browser.startUrl(),
        browser.gpu(),
        browser.viewport());
  }
}
