package io.impresario.schedule.definition;

import io.impresario.rpc.Input;
import io.impresario.rpc.Issue;
import io.impresario.schedule.cron.CronExpression;
import io.impresario.schedule.cron.CronParsing;
import io.impresario.schedule.cron.FireTimes;
import io.impresario.schedule.cron.TimeZones;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads {@code cron_expr} and {@code timezone} from an input. */
final class Timing {
  static final String DEFAULT_ZONE = "UTC";
  private static final int MAX_CRON = 1000;
  private static final int MAX_ZONE = 100;

  private Timing() {}

  /** The text of a readable expression that fires; anything else has become an issue. */
  static String requiredCron(Input input) {
    String text = input.requiredText("cron_expr", 1, MAX_CRON);
    if (!text.isEmpty() && CronExpression.parse(text) instanceof CronParsing.Refused refused) {
      for (String problem : refused.problems()) {
        input.issue(Issue.custom(List.of("cron_expr"), "cron_expr: " + problem));
      }
    }
    return text;
  }

  static @Nullable String optionalZone(Input input) {
    String name = input.optionalText("timezone", 1, MAX_ZONE);
    if (name != null && !name.isEmpty() && TimeZones.find(name).isEmpty()) {
      String hint = TimeZones.suggest(name).map(zone -> "; did you mean " + zone + "?").orElse("");
      input.issue(
          Issue.custom(
              List.of("timezone"), "timezone '" + name + "' is not an IANA time zone" + hint));
    }
    return name;
  }

  /** Fire times of input that {@link Input#check} has passed. */
  static FireTimes ofValidInput(String cronExpr, @Nullable String timezone) {
    return FireTimes.of(cronExpr, timezone == null ? DEFAULT_ZONE : timezone)
        .orElseThrow(() -> new IllegalStateException("timing was not validated: " + cronExpr));
  }
}
