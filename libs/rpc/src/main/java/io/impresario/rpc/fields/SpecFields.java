package io.impresario.rpc.fields;

import io.impresario.events.spec.BrowserOptions;
import io.impresario.events.spec.JobSpec;
import io.impresario.events.spec.ProxyLocation;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.targets.TargetGuard;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What one call says of a {@link JobSpec}. {@link #read} notes the issues of its fields; after
 * {@link Input#check} has passed, {@link #over} makes the spec: what the call leaves out stays as
 * it was.
 */
public final class SpecFields {
  private static final String LOCATION = "residential_proxy";
  private static final String DISABLE = "disable_default_proxy";

  private final Input input;
  private final @Nullable Integer timeout;
  private final @Nullable Integer queueTtl;
  private final @Nullable Boolean skipCallbacks;
  private final @Nullable Boolean disableDefaultProxy;
  private final @Nullable ProxyLocation location;
  private final boolean clearsLocation;
  private final CallbackFields callback;

  /** Which procedure reads; they differ in what a null means and in what has to be complete. */
  public enum Call {
    /** {@code jobs/create}: nothing can be null but the browser's options. */
    CREATE_JOB,
    /** {@code schedules/create}: as a job, but without a limit of waiting. */
    CREATE_SCHEDULE,
    /** {@code schedules/update}: a null clears, and half a callback changes the stored one. */
    UPDATE_SCHEDULE
  }

  private SpecFields(Input input, TargetGuard guard, Call call) {
    this.input = input;
    timeout = input.optionalInt("timeout_seconds", 1, JobSpec.MAX_TIMEOUT_SECONDS);
    queueTtl =
        call == Call.CREATE_JOB
            ? input.optionalInt("queue_ttl_seconds", 1, JobSpec.MAX_QUEUE_TTL_SECONDS)
            : null;
    skipCallbacks = input.optionalBoolean("skip_callbacks");
    disableDefaultProxy = input.optionalBoolean(DISABLE);
    clearsLocation = call != Call.CREATE_JOB && input.isNull(LOCATION);
    location = clearsLocation ? null : ResidentialProxyRules.read(input, LOCATION);
    if (location != null && Boolean.TRUE.equals(disableDefaultProxy)) {
      input.issue(call == Call.CREATE_JOB ? locationAndNone() : noneAndLocation());
    }
    BrowserFields.read(input, BrowserOptions.NONE);
    callback =
        call == Call.UPDATE_SCHEDULE
            ? CallbackFields.readChange(input, guard)
            : CallbackFields.read(input, guard);
  }

  public static SpecFields read(Input input, TargetGuard guard, Call call) {
    return new SpecFields(input, guard, call);
  }

  /** Whether the call names a place that the jobs' traffic has to leave from. */
  public boolean asksForLocation() {
    return location != null;
  }

  /**
   * The spec that the call makes of another one; what does not go together with what was there is
   * noted in the input.
   *
   * @param seal seals the callback's secret under the id of what the spec belongs to
   */
  public JobSpec over(JobSpec before, UnaryOperator<String> seal) {
    JobSpec spec =
        new JobSpec(
            or(timeout, before.timeoutSeconds()),
            queueTtl == null ? before.queueTtlSeconds() : queueTtl,
            BrowserFields.read(input, before.browser()),
            clearsLocation || location != null ? location : before.residentialProxy(),
            or(disableDefaultProxy, before.disableDefaultProxy()),
            callback.over(before.callback(), seal, input),
            or(skipCallbacks, before.skipCallbacks()));
    if (spec.disableDefaultProxy() && spec.residentialProxy() != null) {
      input.issue(noneAndLocation());
    }
    return spec;
  }

  private static Issue locationAndNone() {
    return Issue.custom(LOCATION, "Cannot be combined with disable_default_proxy: true");
  }

  private static Issue noneAndLocation() {
    return Issue.custom(List.of(DISABLE), "Cannot be true together with residential_proxy");
  }

  private static <V> V or(@Nullable V said, V before) {
    return said == null ? before : said;
  }
}
