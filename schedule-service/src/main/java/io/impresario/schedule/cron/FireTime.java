package io.impresario.schedule.cron;

import java.time.Instant;
import java.time.LocalDateTime;

/**
 * One moment at which a schedule fires.
 *
 * @param at the moment
 * @param local the local time that the expression names; differs from the wall clock at {@code at}
 *     only for {@link Placement#AFTER_GAP}
 */
public record FireTime(Instant at, LocalDateTime local, Placement placement) {

  /** How the local time relates to a change of the clocks. */
  public enum Placement {
    /** The local time exists once. */
    ORDINARY,
    /** The local time is skipped that day: this is the first instant after the gap. */
    AFTER_GAP,
    /** The local time occurs twice that day: this is the first. */
    FIRST_OF_TWO,
    /** The local time occurs twice that day: this is the second. */
    SECOND_OF_TWO
  }
}
