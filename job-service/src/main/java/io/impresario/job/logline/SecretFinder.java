package io.impresario.job.logline;

import java.util.Arrays;
import java.util.Collection;

/**
 * Finds any number of texts in another one in a single pass over it (Aho and Corasick). States are
 * numbered breadth first, so that the children of one are neighbours and a state costs 14 bytes:
 * the encoded credentials of one run may have hundreds of thousands of characters, each of them a
 * state.
 */
final class SecretFinder {
  private static final int ROOT = 0;

  private final String[] patterns;

  /** The character that leads into a state. */
  private final char[] entry;

  private final int[] firstChild;

  /** The state of the longest proper suffix that begins a pattern. */
  private final int[] suffix;

  /** How much of a pattern has been read. */
  private final char[] depth;

  /** The length of the longest pattern that ends here. */
  private final char[] longest;

  private int states = 1;

  SecretFinder(Collection<String> texts) {
    this.patterns =
        texts.stream().filter(text -> !text.isEmpty()).distinct().sorted().toArray(String[]::new);
    int most = 1 + Arrays.stream(patterns).mapToInt(String::length).sum();
    this.entry = new char[most];
    this.firstChild = new int[most + 1];
    this.suffix = new int[most];
    this.depth = new char[most];
    this.longest = new char[most];
    build(new int[most], new int[most]);
  }

  /** Each state stands for the patterns {@code from} to {@code to} that begin alike. */
  private void build(int[] from, int[] to) {
    to[ROOT] = patterns.length;
    for (int state = ROOT; state < states; state++) {
      firstChild[state] = states;
      int next = from[state];
      if (next < to[state] && patterns[next].length() == depth[state]) {
        longest[state] = depth[state];
        next++;
      }
      longest[state] = (char) Math.max(longest[state], longest[suffix[state]]);
      while (next < to[state]) {
        next = addChild(state, next, from, to);
      }
      firstChild[state + 1] = states;
    }
  }

  private int addChild(int parent, int first, int[] from, int[] to) {
    char with = patterns[first].charAt(depth[parent]);
    int last = first;
    while (last < to[parent] && patterns[last].charAt(depth[parent]) == with) {
      last++;
    }
    suffix[states] = parent == ROOT ? ROOT : step(suffix[parent], with);
    entry[states] = with;
    depth[states] = (char) (depth[parent] + 1);
    from[states] = first;
    to[states] = last;
    states++;
    return last;
  }

  private int step(int state, char with) {
    int at = state;
    while (true) {
      int child = Arrays.binarySearch(entry, firstChild[at], firstChild[at + 1], with);
      if (child >= 0) {
        return child;
      }
      if (at == ROOT) {
        return ROOT;
      }
      at = suffix[at];
    }
  }

  /**
   * Replaces every stretch of the text that belongs to a pattern.
   *
   * @param cut whether the text has lost its end: then what it ends with and begins a pattern
   *     belongs to it
   */
  String replace(String text, boolean cut, String mark) {
    int[] starts = new int[8];
    int[] ends = new int[8];
    int found = 0;
    int state = ROOT;
    for (int i = 0; i < text.length(); i++) {
      state = step(state, text.charAt(i));
      int length = longest[state];
      if (cut && i == text.length() - 1) {
        length = Math.max(length, depth[state]);
      }
      if (length > 0) {
        int start = i + 1 - length;
        while (found > 0 && ends[found - 1] > start) {
          start = Math.min(start, starts[--found]);
        }
        if (found == starts.length) {
          starts = Arrays.copyOf(starts, 2 * found);
          ends = Arrays.copyOf(ends, 2 * found);
        }
        starts[found] = start;
        ends[found++] = i + 1;
      }
    }
    return found == 0 ? text : replaced(text, starts, ends, found, mark);
  }

  private static String replaced(String text, int[] starts, int[] ends, int count, String mark) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    for (int i = 0; i < count; i++) {
      out.append(text, at, starts[i]).append(mark);
      at = ends[i];
    }
    return out.append(text, at, text.length()).toString();
  }
}
