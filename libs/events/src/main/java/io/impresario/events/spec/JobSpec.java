package io.impresario.events.spec;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a job is to be run: all that it asks for beside its workflow and the params. A new option is
 * a new nullable component, here or in {@link BrowserOptions}: documents and events that were
 * written before it lack it, and a null is not written, so that it changes neither them nor their
 * hash.
 *
 * @param timeoutSeconds from the handler's start to its forced end, 1 to 3600
 * @param queueTtlSeconds how long the job may wait for a slot, at most 30 days; null waits for good
 * @param residentialProxy the location to leave from; null takes the operator's default proxy
 * @param disableDefaultProxy whether to leave without any proxy; not together with a location
 * @param callback null leaves callbacks to the tenant's endpoints
 * @param skipCallbacks whether nobody is told of the job's end; wins over {@code callback}
 */
public record JobSpec(
    int timeoutSeconds,
    @Nullable Integer queueTtlSeconds,
    BrowserOptions browser,
    @Nullable ProxyLocation residentialProxy,
    boolean disableDefaultProxy,
    @Nullable CallbackTarget callback,
    boolean skipCallbacks) {
  public static final int MAX_TIMEOUT_SECONDS = 3600;
  public static final int MAX_QUEUE_TTL_SECONDS = 30 * 24 * 3600;

  public JobSpec {
    browser = browser == null ? BrowserOptions.NONE : browser;
  }

  /** The spec of a job that asks for nothing but a time limit. */
  public static JobSpec ofTimeout(int timeoutSeconds) {
    return new JobSpec(timeoutSeconds, null, BrowserOptions.NONE, null, false, null, false);
  }

  public JobSpec withBrowser(BrowserOptions options) {
    return new JobSpec(
        timeoutSeconds,
        queueTtlSeconds,
        options,
        residentialProxy,
        disableDefaultProxy,
        callback,
        skipCallbacks);
  }

  /** The same with another sealing of the callback's secret; itself when it has no callback. */
  public JobSpec withSecretSealed(@Nullable String sealed) {
    return callback == null
        ? this
        : new JobSpec(
            timeoutSeconds,
            queueTtlSeconds,
            browser,
            residentialProxy,
            disableDefaultProxy,
            new CallbackTarget(callback.url(), sealed),
            skipCallbacks);
  }

  /** The sealed secret of the callback, if there is one. */
  public @Nullable String secretSealed() {
    return callback == null ? null : callback.secretSealed();
  }

  /** Why no job can be made of this, for specs that did not come through a client's input. */
  public Optional<String> problem() {
    if (timeoutSeconds < 1 || timeoutSeconds > MAX_TIMEOUT_SECONDS) {
      return Optional.of("timeout_seconds is not between 1 and " + MAX_TIMEOUT_SECONDS);
    }
    if (queueTtlSeconds != null
        && (queueTtlSeconds < 1 || queueTtlSeconds > MAX_QUEUE_TTL_SECONDS)) {
      return Optional.of("queue_ttl_seconds is not between 1 and " + MAX_QUEUE_TTL_SECONDS);
    }
    if (callback != null && callback.secretSealed() == null) {
      return Optional.of("a callback needs a url and a secret");
    }
    return Optional.empty();
  }
}
