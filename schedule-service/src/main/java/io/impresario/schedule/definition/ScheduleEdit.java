package io.impresario.schedule.definition;

import io.impresario.events.JsonText;
import io.impresario.events.ResidentialProxy;
import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.rpc.RpcException;
import io.impresario.rpc.fields.BrowserFields;
import io.impresario.rpc.fields.CallbackFields;
import io.impresario.rpc.fields.ResidentialProxyRules;
import io.impresario.sealing.KeyRing;
import io.impresario.sealing.Secret;
import io.impresario.targets.TargetGuard;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a create or an update says, as a list of single changes: a field that the input does not
 * have changes nothing. Reading notes all issues of the fields; rules over fields that may be
 * stored already are checked by {@link #applyTo}.
 */
final class ScheduleEdit {
  private static final int MAX_NAME = 200;
  private static final int MAX_PARAMS_BYTES = 1024 * 1024;
  private static final int MAX_TIMEOUT_SECONDS = 3600;
  private static final String RESERVED_PARAM = "__libretto";

  private final Input input;
  private final List<BiConsumer<Schedule, KeyRing>> changes = new ArrayList<>();
  private @Nullable String workflow;

  private ScheduleEdit(Input input) {
    this.input = input;
  }

  /** Reads a new schedule; the issues are thrown by {@link Input#check}. */
  static ScheduleEdit ofCreate(Input input, TargetGuard guard) {
    ScheduleEdit edit = new ScheduleEdit(input);
    edit.workflow(input.requiredText("workflow", 1, MAX_NAME));
    String cron = Timing.requiredCron(input);
    edit.change(schedule -> schedule.cronExpr(cron));
    edit.readCommon(guard);
    edit.setCallback(CallbackFields.read(input, guard));
    return edit;
  }

  /** Reads changes of a stored schedule; the issues are thrown by {@link Input#check}. */
  static ScheduleEdit ofUpdate(Input input, TargetGuard guard) {
    ScheduleEdit edit = new ScheduleEdit(input);
    if (input.has("workflow")) {
      edit.workflow(input.requiredText("workflow", 1, MAX_NAME));
    }
    if (input.has("cron_expr")) {
      String cron = Timing.requiredCron(input);
      edit.change(schedule -> schedule.cronExpr(cron));
    }
    edit.readCommon(guard);
    edit.changeCallback(guard);
    return edit;
  }

  /** The workflow that the edit names. */
  Optional<String> workflow() {
    return Optional.ofNullable(workflow);
  }

  /**
   * @throws RpcException 400 when the changes do not go together with what is stored
   */
  void applyTo(Schedule schedule, KeyRing keys) {
    for (BiConsumer<Schedule, KeyRing> change : changes) {
      change.accept(schedule, keys);
    }
    if (schedule.hasHalfACallback()) {
      input.issue(
          Issue.custom(
              List.of("callback_url"),
              "callback_url and callback_secret go together or not at all"));
    }
    if (schedule.hasTwoWaysOut()) {
      input.issue(twoWaysOut());
    }
    input.check();
  }

  private void readCommon(TargetGuard guard) {
    String zone = Timing.optionalZone(input);
    ifPresent(zone, Schedule::timezone);
    if (input.has("params")) {
      JsonText params =
          input.objectWithout(RESERVED_PARAM, "params", JsonText.EMPTY_OBJECT, MAX_PARAMS_BYTES);
      change(schedule -> schedule.params(params));
    }
    ifPresent(
        input.optionalInt("timeout_seconds", 1, MAX_TIMEOUT_SECONDS), Schedule::timeoutSeconds);
    ifPresent(input.optionalBoolean("skip_callbacks"), Schedule::skipCallbacks);
    ifPresent(input.optionalBoolean("enabled"), Schedule::enabled);
    readProxy();
    readBrowser();
  }

  private void readProxy() {
    Boolean disable = input.optionalBoolean("disable_default_proxy");
    ifPresent(disable, Schedule::disableDefaultProxy);
    if (input.isNull("residential_proxy")) {
      change(schedule -> schedule.residentialProxy(null));
      return;
    }
    ResidentialProxy proxy = ResidentialProxyRules.read(input, "residential_proxy");
    ifPresent(proxy, Schedule::residentialProxy);
    if (proxy != null && Boolean.TRUE.equals(disable)) {
      input.issue(twoWaysOut());
    }
  }

  private static Issue twoWaysOut() {
    return Issue.custom(
        List.of("disable_default_proxy"), "Cannot be true together with residential_proxy");
  }

  /** A null gives the choice back to the workflow. */
  private void readBrowser() {
    clearIfNull("headless", schedule -> schedule.headless(null));
    clearIfNull("start_url", schedule -> schedule.startUrl(null));
    clearIfNull("gpu", schedule -> schedule.gpu(null));
    clearIfNull("viewport", schedule -> schedule.viewport(null, null));
    BrowserFields browser = BrowserFields.read(input);
    ifPresent(browser.headless(), Schedule::headless);
    ifPresent(browser.startUrl(), Schedule::startUrl);
    ifPresent(browser.gpu(), Schedule::gpu);
    ifPresent(
        browser.viewport(), (schedule, size) -> schedule.viewport(size.width(), size.height()));
  }

  private void clearIfNull(String field, Consumer<Schedule> clear) {
    if (input.isNull(field)) {
      change(clear);
    }
  }

  private void workflow(String name) {
    workflow = name;
    change(schedule -> schedule.workflow(name));
  }

  /** Both null clear; what is present changes; the stored other half stays. */
  private void changeCallback(TargetGuard guard) {
    boolean urlNull = input.isNull("callback_url");
    boolean secretNull = input.isNull("callback_secret");
    if (urlNull != secretNull) {
      input.issue(
          Issue.custom(
              List.of(urlNull ? "callback_url" : "callback_secret"),
              "callback_url and callback_secret can only be null together"));
      return;
    }
    if (urlNull) {
      change(schedule -> schedule.callbackUrl(null));
      change(schedule -> schedule.callbackSecretSealed(null));
      return;
    }
    setCallback(CallbackFields.readEither(input, guard));
  }

  private void setCallback(CallbackFields callback) {
    ifPresent(callback.url(), Schedule::callbackUrl);
    Secret secret = callback.secret();
    if (secret != null) {
      changes.add(
          (schedule, keys) ->
              schedule.callbackSecretSealed(keys.seal(secret.value(), schedule.sealContext())));
    }
  }

  private <V> void ifPresent(@Nullable V value, BiConsumer<Schedule, V> setter) {
    if (value != null) {
      change(schedule -> setter.accept(schedule, value));
    }
  }

  private void change(Consumer<Schedule> change) {
    changes.add((schedule, keys) -> change.accept(schedule));
  }
}
