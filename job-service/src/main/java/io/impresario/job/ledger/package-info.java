/**
 * Writes what happens to a job after it was made: every move of its status is one guarded statement
 * that also writes the timeline, in one transaction with its event. It never reads before it writes
 * and never decides that something should happen; its callers do, and learn whether it did. Deletes
 * ended jobs, nonces and artifacts once they have been kept for long enough.
 */
@NullMarked
package io.impresario.job.ledger;

import org.jspecify.annotations.NullMarked;
