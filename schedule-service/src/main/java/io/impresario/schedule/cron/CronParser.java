package io.impresario.schedule.cron;

import java.time.Month;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one expression and collects what is wrong with each of its fields. */
final class CronParser {
  /** A full list of the sixty minutes has 169 characters; this leaves room for four such fields. */
  private static final int MAX_LENGTH = 1000;

  private static final Map<String, String> MACROS =
      Map.of(
          "@yearly", "0 0 1 1 *",
          "@annually", "0 0 1 1 *",
          "@monthly", "0 0 1 * *",
          "@weekly", "0 0 * * 0",
          "@daily", "0 0 * * *",
          "@midnight", "0 0 * * *",
          "@hourly", "0 * * * *");

  private static final Pattern ELEMENT =
      Pattern.compile("(?<from>\\*|[0-9A-Za-z]+)(?:-(?<to>[0-9A-Za-z]+))?(?:/(?<step>[0-9]+))?");
  private static final Pattern FOREIGN = Pattern.compile(".*[?LW#].*");

  private final List<String> problems = new ArrayList<>();

  CronParsing parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return refused("cron expression has more than " + MAX_LENGTH + " characters");
    }
    String trimmed = text.strip();
    if (trimmed.startsWith("@")) {
      String expansion = MACROS.get(trimmed.toLowerCase(Locale.ROOT));
      return expansion == null ? refused(unknownMacro(trimmed)) : parseFields(text, expansion);
    }
    return parseFields(text, trimmed);
  }

  private CronParsing parseFields(String text, String fieldsText) {
    String[] parts = fieldsText.isEmpty() ? new String[0] : fieldsText.split("[ \\t]+", -1);
    CronField[] fields = CronField.values();
    if (parts.length != fields.length) {
      return refused(
          "cron expression has "
              + parts.length
              + (parts.length == 1 ? " field" : " fields")
              + "; expected 5: minute, hour, day of month, month, day of week"
              + (parts.length == 6 ? " (there is no seconds field)" : ""));
    }
    FieldSet[] sets = new FieldSet[fields.length];
    for (CronField field : fields) {
      FieldSet set = parseField(field, parts[field.ordinal()]);
      if (set == null) {
        continue;
      }
      sets[field.ordinal()] = set;
    }
    if (!problems.isEmpty()) {
      return new CronParsing.Refused(problems);
    }
    CronExpression expression =
        new CronExpression(text, sets[0], sets[1], sets[2], sets[3], sets[4]);
    return neverFires(expression)
        ? refused(neverFiresMessage(parts))
        : new CronParsing.Understood(expression);
  }

  private @Nullable FieldSet parseField(CronField field, String text) {
    long bits = 0;
    boolean any = false;
    boolean repeating = false;
    int problemsBefore = problems.size();
    for (String element : text.split(",", -1)) {
      Matcher matcher = ELEMENT.matcher(element);
      if (matcher.matches()) {
        bits |= elementBits(field, matcher);
        boolean star = matcher.group("from").equals("*");
        any |= star && (matcher.group("step") == null || matcher.group("step").equals("1"));
        repeating |= star || matcher.group("step") != null;
      } else {
        problem(field, text, unreadable(element));
      }
    }
    return problems.size() > problemsBefore ? null : new FieldSet(bits, any, repeating);
  }

  /** The bits of {@code *}, {@code 3}, {@code 3-9}, each with or without a step; 0 if refused. */
  private long elementBits(CronField field, Matcher element) {
    boolean star = element.group("from").equals("*");
    String to = element.group("to");
    String stepText = element.group("step");
    if (star && to != null) {
      return problem(field, element.group(), "'*' cannot begin a range");
    }
    int first = star ? field.min() : value(field, element.group("from"));
    int openEnd = star || stepText != null ? field.lastDistinct() : first;
    int last = to == null ? openEnd : value(field, to);
    int step = stepText == null ? 1 : step(field, element.group(), stepText);
    if (first < 0 || last < 0 || step < 0) {
      return 0;
    }
    if (last == 0 && first > 0 && !Character.isDigit(to == null ? '0' : to.charAt(0))) {
      last = 7; // FRI-SUN: the Sunday that ends the week
    }
    if (last < first) {
      return problem(field, element.group(), "the range ends before it begins");
    }
    long bits = 0;
    for (int value = first; value <= last; value += step) {
      bits |= 1L << (field == CronField.DAY_OF_WEEK ? value % 7 : value);
    }
    return bits;
  }

  private int value(CronField field, String text) {
    int named = field.names().indexOf(text.toUpperCase(Locale.ROOT));
    if (named >= 0) {
      return field.min() + named;
    }
    if (!isNumber(text)) {
      problem(field, text, "'" + text + "' is not a number" + orAName(field));
      return -1;
    }
    int number = boundedNumber(text);
    if (number < field.min() || number > field.max()) {
      problem(field, text, text + " is outside " + field.min() + "-" + field.max());
      return -1;
    }
    return number;
  }

  private int step(CronField field, String element, String text) {
    int step = boundedNumber(text);
    if (step == 0) {
      problem(field, element, "a step must be at least 1");
      return -1;
    }
    if (step > field.size()) {
      problem(
          field,
          element,
          "a step of " + text + " is longer than the field, which has " + field.size() + " values");
      return -1;
    }
    return step;
  }

  private static boolean isNumber(String text) {
    return text.chars().allMatch(character -> character >= '0' && character <= '9');
  }

  /** Longer numbers than any field or step may have read as one that is out of every bound. */
  private static int boundedNumber(String digits) {
    return digits.length() > 4 ? 9999 : Integer.parseInt(digits);
  }

  private static String orAName(CronField field) {
    return field.names().isEmpty()
        ? ""
        : " or one of " + field.names().get(0) + "-" + field.names().get(field.names().size() - 1);
  }

  private static String unreadable(String element) {
    if (element.isEmpty()) {
      return "an element of the list is empty";
    }
    if (FOREIGN.matcher(element).matches()) {
      return "'" + element + "' is not standard cron (?, L, W and # are not supported)";
    }
    return "'" + element + "' is not a value, a range (1-5), a step (*/15) or a list of them";
  }

  private static String unknownMacro(String macro) {
    return "cron expression macro '"
        + macro
        + "' is not known; expected @hourly, @daily, @midnight, @weekly, @monthly, @yearly or"
        + " @annually";
  }

  /** Only fixed days of the month can fail to exist; any weekday occurs in every month. */
  private static boolean neverFires(CronExpression expression) {
    if (!expression.daysOfWeek().any()) {
      return false;
    }
    for (Month month : Month.values()) {
      if (expression.months().contains(month.getValue())
          && expression.daysOfMonth().first() <= month.maxLength()) {
        return false;
      }
    }
    return true;
  }

  private static String neverFiresMessage(String[] parts) {
    return "day of month '"
        + parts[CronField.DAY_OF_MONTH.ordinal()]
        + "' never occurs in month '"
        + parts[CronField.MONTH.ordinal()]
        + "': the expression would never fire";
  }

  private long problem(CronField field, String text, String reason) {
    problems.add(field.label() + " '" + text + "': " + reason);
    return 0;
  }

  private static CronParsing refused(String problem) {
    return new CronParsing.Refused(List.of(problem));
  }
}
