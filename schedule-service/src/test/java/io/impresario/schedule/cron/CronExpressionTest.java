package io.impresario.schedule.cron;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CronExpressionTest {
  /** A Monday. */
  private static final LocalDateTime START = LocalDateTime.parse("2026-06-01T00:00");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          30 4 * * *          | 2026-06-01T04:30 2026-06-02T04:30 2026-06-03T04:30
          */20 23 * * *       | 2026-06-01T23:00 2026-06-01T23:20 2026-06-01T23:40
          5-7 0 * * *         | 2026-06-01T00:05 2026-06-01T00:06 2026-06-01T00:07
          1-9/4,30 0 * * *    | 2026-06-01T00:01 2026-06-01T00:05 2026-06-01T00:09
          50/5 0 * * *        | 2026-06-01T00:50 2026-06-01T00:55 2026-06-02T00:50
          0 0 * * 0           | 2026-06-07T00:00 2026-06-14T00:00 2026-06-21T00:00
          0 0 * * 7           | 2026-06-07T00:00 2026-06-14T00:00 2026-06-21T00:00
          0 0 * * sun,Wed     | 2026-06-03T00:00 2026-06-07T00:00 2026-06-10T00:00
          0 0 * * FRI-SUN     | 2026-06-05T00:00 2026-06-06T00:00 2026-06-07T00:00
          0 0 * * 5-7         | 2026-06-05T00:00 2026-06-06T00:00 2026-06-07T00:00
          0 0 1 jan,JUL *     | 2026-07-01T00:00 2027-01-01T00:00 2027-07-01T00:00
          0 0 1 OCT-DEC *     | 2026-10-01T00:00 2026-11-01T00:00 2026-12-01T00:00
          0 0 13 * 5          | 2026-06-05T00:00 2026-06-12T00:00 2026-06-13T00:00
          0 0 */10 * 5        | 2026-06-01T00:00 2026-06-05T00:00 2026-06-11T00:00
          0 0 * */6 *         | 2026-07-01T00:00 2026-07-02T00:00 2026-07-03T00:00
          0 0 31 * *          | 2026-07-31T00:00 2026-08-31T00:00 2026-10-31T00:00
          0 0 29 2 *          | 2028-02-29T00:00 2032-02-29T00:00 2036-02-29T00:00
          0 0 30 2 1          | 2027-02-01T00:00 2027-02-08T00:00 2027-02-15T00:00
          @hourly             | 2026-06-01T00:00 2026-06-01T01:00 2026-06-01T02:00
          @daily              | 2026-06-01T00:00 2026-06-02T00:00 2026-06-03T00:00
          @midnight           | 2026-06-01T00:00 2026-06-02T00:00 2026-06-03T00:00
          @weekly             | 2026-06-07T00:00 2026-06-14T00:00 2026-06-21T00:00
          @Monthly            | 2026-06-01T00:00 2026-07-01T00:00 2026-08-01T00:00
          @yearly             | 2027-01-01T00:00 2028-01-01T00:00 2029-01-01T00:00
          @annually           | 2027-01-01T00:00 2028-01-01T00:00 2029-01-01T00:00
          """)
  void namesTheLocalTimesOfStandardCron(String text, String expected) {
    assertThat(firstThree(expression(text)))
        .extracting(LocalDateTime::toString)
        .containsExactly(expected.split(" "));
  }

  @Test
  void acceptsSpacesAndTabsAround() {
    assertThat(firstThree(expression("  0\t0   1 1 * ")))
        .isEqualTo(firstThree(expression("@yearly")));
  }

  @Test
  void findsTheLeapDayAcrossACenturyWithoutOne() {
    LocalDateTime before = LocalDateTime.parse("2096-03-01T00:00");

    assertThat(expression("0 12 29 2 *").atOrAfter(before))
        .contains(LocalDateTime.parse("2104-02-29T12:00"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          60 * * * *         | minute '60': 60 is outside 0-59
          * 24 * * *         | hour '24': 24 is outside 0-23
          * * 0 * *          | day of month '0': 0 is outside 1-31
          * * * 13 *         | month '13': 13 is outside 1-12
          * * * * 8          | day of week '8': 8 is outside 0-7
          99999999999 * * * * | minute '99999999999': 99999999999 is outside 0-59
          */0 * * * *        | minute '*/0': a step must be at least 1
          */90 * * * *       | minute '*/90': a step of 90 is longer than the field, which has 60 values
          30-10 * * * *      | minute '30-10': the range ends before it begins
          *-5 * * * *        | minute '*-5': '*' cannot begin a range
          1,,2 * * * *       | minute '1,,2': an element of the list is empty
          * * L * *          | day of month 'L': 'L' is not a number
          * * ? * *          | day of month '?': '?' is not standard cron (?, L, W and # are not supported)
          * * * * 5#3        | day of week '5#3': '5#3' is not standard cron (?, L, W and # are not supported)
          * * * JANUARY *    | month 'JANUARY': 'JANUARY' is not a number or one of JAN-DEC
          * * * * MONDAY     | day of week 'MONDAY': 'MONDAY' is not a number or one of SUN-SAT
          * MON * * *        | hour 'MON': 'MON' is not a number
          -5 * * * *         | minute '-5': '-5' is not a value, a range (1-5), a step (*/15) or a list of them
          * * * *            | cron expression has 4 fields; expected 5: minute, hour, day of month, month, day of week
          0 * * * * *        | cron expression has 6 fields; expected 5: minute, hour, day of month, month, day of week (there is no seconds field)
          ''                 | cron expression has 0 fields; expected 5: minute, hour, day of month, month, day of week
          @reboot            | cron expression macro '@reboot' is not known; expected @hourly, @daily, @midnight, @weekly, @monthly, @yearly or @annually
          0 0 30 2 *         | day of month '30' never occurs in month '2': the expression would never fire
          0 0 31 4,6,SEP,11 * | day of month '31' never occurs in month '4,6,SEP,11': the expression would never fire
          0 0 30,31 feb *    | day of month '30,31' never occurs in month 'feb': the expression would never fire
          """)
  void refusesWithTheFieldAndTheReason(String text, String problem) {
    assertThat(CronExpression.parse(text)).isEqualTo(new CronParsing.Refused(List.of(problem)));
  }

  @Test
  void reportsEveryBadFieldAtOnce() {
    assertThat(CronExpression.parse("61 25 0 13 9"))
        .isInstanceOfSatisfying(
            CronParsing.Refused.class, refused -> assertThat(refused.problems()).hasSize(5));
  }

  @Test
  void refusesEndlessTextWithoutReadingIt() {
    assertThat(CronExpression.parse("1,".repeat(600) + "1 * * * *"))
        .isInstanceOf(CronParsing.Refused.class);
  }

  static CronExpression expression(String text) {
    CronParsing parsing = CronExpression.parse(text);
    assertThat(parsing).isInstanceOf(CronParsing.Understood.class);
    return ((CronParsing.Understood) parsing).expression();
  }

  private static List<LocalDateTime> firstThree(CronExpression expression) {
    List<LocalDateTime> found = new ArrayList<>();
    LocalDateTime from = START;
    for (int i = 0; i < 3; i++) {
      Optional<LocalDateTime> next = expression.atOrAfter(from);
      next.ifPresent(found::add);
      from = next.orElseThrow().plusMinutes(1);
    }
    return found;
  }
}
