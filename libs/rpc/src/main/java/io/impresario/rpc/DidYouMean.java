package io.impresario.rpc;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** Finds the known field that a misspelt one was likely meant to be. */
final class DidYouMean {
  private DidYouMean() {}

  /**
   * The closest candidate, if it is within a third of the word's length in edits, at most three.
   */
  static Optional<String> closest(String word, Collection<String> candidates) {
    int allowed = Math.min(3, Math.max(1, word.length() / 3));
    String plain = plain(word);
    return candidates.stream()
        .filter(candidate -> distance(plain, plain(candidate)) <= allowed)
        .min(
            Comparator.comparingInt((String candidate) -> distance(plain, plain(candidate)))
                .thenComparing(Comparator.naturalOrder()));
  }

  /** timeoutSeconds, timeout-seconds and timeout_seconds are one word. */
  private static String plain(String word) {
    return word.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }

  /**
   * Edits by insertion, deletion, replacement and swap of neighbours (optimal string alignment).
   */
  private static int distance(String a, String b) {
    int[][] cost = new int[a.length() + 1][b.length() + 1];
    for (int i = 0; i <= a.length(); i++) {
      for (int j = 0; j <= b.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : step(cost, a, b, i, j);
      }
    }
    return cost[a.length()][b.length()];
  }

  private static int step(int[][] cost, String a, String b, int i, int j) {
    boolean same = a.charAt(i - 1) == b.charAt(j - 1);
    int best =
        Math.min(cost[i - 1][j - 1] + (same ? 0 : 1), Math.min(cost[i - 1][j], cost[i][j - 1]) + 1);
    boolean swapped =
        i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
