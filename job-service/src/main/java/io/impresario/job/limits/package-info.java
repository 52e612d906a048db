/**
 * How many jobs a tenant or a workflow may run and have waiting: configured defaults, and a table
 * of exceptions that holds from the next claim or create on. It counts what waits, by triggers, and
 * nothing that is running; the claim does.
 */
@NullMarked
package io.impresario.job.limits;

import org.jspecify.annotations.NullMarked;
