package io.impresario.schedule.cron;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;

/** A random expression together with what it means, made value by value without the parser. */
record RandomCron(
    String text,
    BitSet minutes,
    BitSet hours,
    BitSet daysOfMonth,
    BitSet months,
    BitSet daysOfWeek,
    boolean anyDayOfMonth,
    boolean anyDayOfWeek,
    boolean repeating) {

  private record Field(String text, BitSet values, boolean any, boolean repeating) {}

  static RandomCron next(Random random) {
    Field minutes = field(random, 0, 59, 2);
    Field hours = field(random, 0, 23, 3);
    Field daysOfMonth = random.nextInt(3) == 0 ? field(random, 1, 28, 2) : star(1, 31);
    Field months = random.nextInt(4) == 0 ? field(random, 1, 12, 2) : star(1, 12);
    Field daysOfWeek = random.nextInt(3) == 0 ? field(random, 0, 6, 2) : star(0, 6);
    return new RandomCron(
        String.join(" ", minutes.text, hours.text, daysOfMonth.text, months.text, daysOfWeek.text),
        minutes.values,
        hours.values,
        daysOfMonth.values,
        months.values,
        daysOfWeek.values,
        daysOfMonth.any,
        daysOfWeek.any,
        minutes.repeating || hours.repeating);
  }

  private static Field field(Random random, int min, int max, int elements) {
    if (random.nextInt(4) == 0) {
      return star(min, max);
    }
    List<String> texts = new ArrayList<>();
    BitSet values = new BitSet();
    boolean repeating = false;
    int count = 1 + random.nextInt(elements);
    for (int i = 0; i < count; i++) {
      int first = min + random.nextInt(max - min + 1);
      int last = first + random.nextInt(max - first + 1);
      int step = 1 + random.nextInt(Math.max(1, (max - min) / 2));
      switch (random.nextInt(4)) {
        case 0 -> {
          texts.add(first + "-" + last);
          add(values, first, last, 1);
        }
        case 1 -> {
          texts.add(first + "-" + last + "/" + step);
          add(values, first, last, step);
          repeating = true;
        }
        case 2 -> {
          int safeStep = Math.max(2, step);
          texts.add("*/" + safeStep);
          add(values, min, max == 28 ? 31 : max, safeStep);
          repeating = true;
        }
        default -> {
          texts.add(Integer.toString(first));
          values.set(first);
        }
      }
    }
    return new Field(String.join(",", texts), values, false, repeating);
  }

  private static Field star(int min, int max) {
    BitSet values = new BitSet();
    add(values, min, max, 1);
    return new Field("*", values, true, true);
  }

  private static void add(BitSet values, int first, int last, int step) {
    for (int value = first; value <= last; value += step) {
      values.set(value);
    }
  }
}
