package io.impresario.schedule.cron;

import java.util.List;

/** The five fields in the order in which they are written, with their bounds and names. */
enum CronField {
  MINUTE("minute", 0, 59, List.of()),
  HOUR("hour", 0, 23, List.of()),
  DAY_OF_MONTH("day of month", 1, 31, List.of()),
  MONTH(
      "month",
      1,
      12,
      List.of("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")),
  /** 0 and 7 are both Sunday; a {@link FieldSet} of this field holds 0 to 6 only. */
  DAY_OF_WEEK("day of week", 0, 7, List.of("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"));

  private final String label;
  private final int min;
  private final int max;
  private final List<String> names;

  CronField(String label, int min, int max, List<String> names) {
    this.label = label;
    this.min = min;
    this.max = max;
    this.names = names;
  }

  /** As users read it in an issue. */
  String label() {
    return label;
  }

  int min() {
    return min;
  }

  int max() {
    return max;
  }

  /** Three-letter English names; the first stands for {@link #min()}. */
  List<String> names() {
    return names;
  }

  /** The greatest value that an open end ({@code *}, {@code 3/2}) reaches. */
  int lastDistinct() {
    return this == DAY_OF_WEEK ? 6 : max;
  }

  int size() {
    return lastDistinct() - min + 1;
  }
}
