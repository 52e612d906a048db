package io.impresario.schedule.definition;

import io.impresario.events.JsonText;
import io.impresario.rpc.Input;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.fields.SpecFields;
import io.impresario.sealing.KeyRing;
import io.impresario.targets.TargetGuard;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a create or an update says; a field that the input does not have changes nothing. Reading
 * notes all issues of the fields; rules over fields that may be stored already are checked by
 * {@link #applyTo}.
 */
final class ScheduleEdit {
  private static final int MAX_NAME = 200;
  private static final int MAX_PARAMS_BYTES = 1024 * 1024;
  private static final String RESERVED_PARAM = "__libretto";

  private final Input input;
  private final @Nullable String workflow;
  private final @Nullable String cron;
  private final @Nullable String zone;
  private final @Nullable JsonText params;
  private final @Nullable Boolean enabled;
  private final SpecFields spec;

  private ScheduleEdit(Input input, TargetGuard guard, SpecFields.Call call) {
    boolean whole = call == SpecFields.Call.CREATE_SCHEDULE;
    this.input = input;
    workflow = whole || input.has("workflow") ? input.requiredText("workflow", 1, MAX_NAME) : null;
    cron = whole || input.has("cron_expr") ? Timing.requiredCron(input) : null;
    zone = Timing.optionalZone(input);
    params =
        input.has("params")
            ? input.objectWithout(RESERVED_PARAM, "params", JsonText.EMPTY_OBJECT, MAX_PARAMS_BYTES)
            : null;
    enabled = input.optionalBoolean("enabled");
    spec = SpecFields.read(input, guard, call);
  }

  /** Reads a new schedule; the issues are thrown by {@link Input#check}. */
  static ScheduleEdit ofCreate(Input input, TargetGuard guard) {
    return new ScheduleEdit(input, guard, SpecFields.Call.CREATE_SCHEDULE);
  }

  /** Reads changes of a stored schedule; the issues are thrown by {@link Input#check}. */
  static ScheduleEdit ofUpdate(Input input, TargetGuard guard) {
    return new ScheduleEdit(input, guard, SpecFields.Call.UPDATE_SCHEDULE);
  }

  /** The workflow that the edit names. */
  Optional<String> workflow() {
    return Optional.ofNullable(workflow);
  }

  /** Whether its jobs are to leave by a proxy in a place that the edit names. */
  boolean asksForLocation() {
    return spec.asksForLocation();
  }

  /**
   * @throws RpcException 400 when the changes do not go together with what is stored
   */
  void applyTo(Schedule schedule, KeyRing keys) {
    if (workflow != null) {
      schedule.workflow(workflow);
    }
    if (cron != null) {
      schedule.cronExpr(cron);
    }
    if (zone != null) {
      schedule.timezone(zone);
    }
    if (params != null) {
      schedule.params(params);
    }
    if (enabled != null) {
      schedule.enabled(enabled);
    }
    String context = schedule.sealContext();
    schedule.spec(spec.over(schedule.spec(), secret -> keys.seal(secret, context)));
    input.check();
  }
}
