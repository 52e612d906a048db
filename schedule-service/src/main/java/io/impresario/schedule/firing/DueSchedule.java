package io.impresario.schedule.firing;

import java.time.Instant;

/**
 * A schedule whose time has come, locked by the transaction that has claimed it.
 *
 * @param now the database's time at the claim, which decided that the schedule is due
 */
record DueSchedule(
    JobTemplate template, String cronExpr, String timezone, Instant nextFireAt, Instant now) {}
