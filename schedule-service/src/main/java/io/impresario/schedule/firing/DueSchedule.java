package io.impresario.schedule.firing;

import java.time.Instant;

/** A schedule whose time has come, locked by the transaction that has claimed it. */
record DueSchedule(JobTemplate template, String cronExpr, String timezone, Instant nextFireAt) {}
