package io.impresario.outbox;

import io.vertx.pgclient.PgException;

/** Tells a fault that passes (a restart, a deadlock, a full pool) from one that never will. */
final class TransientFault {

  private TransientFault() {}

  /**
   * PostgreSQL's own classes of SQLSTATE decide: data exceptions (22), broken constraints (23) and
   * wrong statements (42) fail for ever, all else passes. Errors of our own code do not pass.
   */
  static boolean is(Throwable failure) {
    if (failure instanceof PgException postgres) {
      String state = String.valueOf(postgres.getSqlState());
      return !(state.startsWith("22") || state.startsWith("23") || state.startsWith("42"));
    }
    return !(failure instanceof IllegalArgumentException
        || failure instanceof NullPointerException
        || failure instanceof ClassCastException
        || failure instanceof IndexOutOfBoundsException
        || failure instanceof java.time.DateTimeException
        || failure instanceof io.impresario.events.UndecodableEvent);
  }
}
