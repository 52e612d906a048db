package io.impresario.duty;

import java.time.Duration;

/** Time as a duty sees it; a test's stands still until it is moved. */
interface DutyTimer {

  /** Runs this now, on a thread for the duty's work. */
  void run(Runnable action);

  /** Runs this once, never early. */
  Pending after(Duration delay, Runnable action);

  /** A clock that nobody can set. */
  long nanoTime();

  /** Something that will run. */
  interface Pending {
    void cancel();
  }
}
