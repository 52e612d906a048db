package io.impresario.schedule.cron;

/**
 * The values that one field admits, as a bit per value.
 *
 * @param bits bit n is set when n is admitted
 * @param any the field holds a bare {@code *}: it restricts nothing
 * @param repeating the field holds a {@code *} or a step, so it speaks of an interval rather than
 *     of fixed values
 */
record FieldSet(long bits, boolean any, boolean repeating) {

  FieldSet {
    if (bits == 0) {
      throw new IllegalArgumentException("a field admits at least one value");
    }
  }

  boolean contains(int value) {
    return (bits >>> value & 1L) == 1L;
  }

  int first() {
    return Long.numberOfTrailingZeros(bits);
  }

  /** The smallest admitted value that is at least {@code from}, or -1. */
  int atOrAfter(int from) {
    if (from > 63) {
      return -1;
    }
    long rest = bits >>> from;
    return rest == 0 ? -1 : from + Long.numberOfTrailingZeros(rest);
  }
}
