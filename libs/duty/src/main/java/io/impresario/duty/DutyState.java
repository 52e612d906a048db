package io.impresario.duty;

/**
 * Where a duty stands, and the moves from there. Each move is a pure function; {@link Duty} carries
 * out what follows from it. Rounds are numbered, so that the end of a round that was given up, or
 * of a pause that is over, is told from that of the present one.
 *
 * @param number of the present or last round
 * @param woken whether a signal came that no round has answered yet
 * @param failures in a row
 */
record DutyState(Phase phase, long number, boolean woken, int failures) {
  enum Phase {
    /** Not started, or stopped: no round runs and none will. */
    OFF,
    RESTING,
    RUNNING,
    /** After a failure: signals are remembered, and wait. */
    PAUSING,
    /** The last round runs. */
    STOPPING
  }

  static final DutyState NEW = new DutyState(Phase.OFF, 0, false, 0);

  /** Begins to rest; a duty that is on stays as it is. */
  DutyState start() {
    return phase == Phase.OFF ? new DutyState(Phase.RESTING, number, false, 0) : this;
  }

  DutyState wake() {
    return switch (phase) {
      case RESTING -> next(failures);
      case RUNNING, PAUSING -> new DutyState(phase, number, true, failures);
      case OFF, STOPPING -> this;
    };
  }

  /** A round worked; {@code more} asks for the next one at once. */
  DutyState succeed(long round, boolean more) {
    if (round != number) {
      return this;
    }
    return switch (phase) {
      case RUNNING -> more || woken ? next(0) : new DutyState(Phase.RESTING, number, false, 0);
      case STOPPING -> new DutyState(Phase.OFF, number, false, 0);
      case OFF, RESTING, PAUSING -> this;
    };
  }

  /** A round failed, or took longer than its limit. */
  DutyState fail(long round) {
    if (round != number) {
      return this;
    }
    return switch (phase) {
      case RUNNING -> new DutyState(Phase.PAUSING, number, woken, failures + 1);
      case STOPPING -> new DutyState(Phase.OFF, number, false, failures);
      case OFF, RESTING, PAUSING -> this;
    };
  }

  /** The pause after this round is over. */
  DutyState resume(long round) {
    return round == number && phase == Phase.PAUSING ? next(failures) : this;
  }

  /** No round begins from here on. */
  DutyState stop() {
    return switch (phase) {
      case RUNNING, STOPPING -> new DutyState(Phase.STOPPING, number, false, failures);
      case OFF, RESTING, PAUSING -> new DutyState(Phase.OFF, number, false, failures);
    };
  }

  /** Whether a round is under way. */
  boolean runs() {
    return phase == Phase.RUNNING || phase == Phase.STOPPING;
  }

  /** Whether this round is the one under way. */
  boolean runs(long round) {
    return runs() && round == number;
  }

  private DutyState next(int failures) {
    return new DutyState(Phase.RUNNING, number + 1, false, failures);
  }
}
