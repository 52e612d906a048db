package io.impresario.log.intake;

import java.sql.SQLException;

/** The database refused a batch; tells whether trying again can help. */
final class StoreFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** PostgreSQL reports a row whose day has no partition as a broken check. */
  private static final String NO_PARTITION = "23514";

  private static final String MISSING_PARTITION_WORDS = "no partition of relation";

  private final boolean passing;

  StoreFault(SQLException cause) {
    super(cause.getMessage(), cause);
    this.passing = isPassing(cause);
  }

  static boolean passes(Throwable failure) {
    return failure instanceof StoreFault fault && fault.passing;
  }

  /** Data exceptions (22), broken constraints (23) and wrong statements (42) fail for ever. */
  private static boolean isPassing(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    if (state.equals(NO_PARTITION)
        && String.valueOf(e.getMessage()).contains(MISSING_PARTITION_WORDS)) {
      return true;
    }
    return !(state.startsWith("22") || state.startsWith("23") || state.startsWith("42"));
  }
}
