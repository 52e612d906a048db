/**
 * The life of a job as a value: its states, the moves between them and what may be given as the
 * reason of a failure. Pure; knows the JDK only. It reads no row and sends no event: the ledger
 * does, and only along the moves that are stated here.
 */
@NullMarked
package io.impresario.job.lifecycle;

import org.jspecify.annotations.NullMarked;
