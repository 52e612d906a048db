/**
 * Carries out a client's wish to stop a job: at once while it waits, through its owner once it
 * runs. The ledger decides between a cancel and an end that meet; this package only reports which.
 */
@NullMarked
package io.impresario.job.cancel;

import org.jspecify.annotations.NullMarked;
