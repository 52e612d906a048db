package io.impresario.duty;

import java.time.Duration;

/** How a round that worked ended, and so when the next one runs. */
public sealed interface Round {

  /** Nothing is left: the next round comes with the timer or a signal. */
  record Done() implements Round {}

  /** There is more of the same: the next round runs at once. */
  record More() implements Round {}

  /**
   * Something is due: the next round comes after this time, unless the timer or a signal is first.
   */
  record Again(Duration after) implements Round {
    public Again {
      if (after.isNegative()) {
        throw new IllegalArgumentException("A round cannot run " + after + " from now");
      }
    }
  }

  static Round done() {
    return new Done();
  }

  static Round moreIf(boolean more) {
    return more ? new More() : new Done();
  }

  static Round again(Duration after) {
    return new Again(after);
  }
}
