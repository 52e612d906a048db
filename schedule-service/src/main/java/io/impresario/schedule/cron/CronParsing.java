package io.impresario.schedule.cron;

import java.util.List;

/** The result of reading a text as a cron expression. */
public sealed interface CronParsing {

  /** The text is an expression that fires at least once in a while. */
  record Understood(CronExpression expression) implements CronParsing {}

  /**
   * The text is not; every problem is a sentence for the author that names the field and the
   * reason.
   */
  record Refused(List<String> problems) implements CronParsing {
    public Refused {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("problems is empty");
      }
    }
  }
}
