/**
 * Gives waiting jobs to this instance's free slots, fairly among tenants, and carries each through
 * its run: bundle, credentials, executor, log lines, end. What happens to a job it writes through
 * the ledger only; what it finds taken away it stops.
 */
@NullMarked
package io.impresario.job.dispatch;

import org.jspecify.annotations.NullMarked;
