/**
 * Takes executor log lines from Kafka into the table: large batches, each line once, acknowledged
 * after the commit. It decides which lines are kept, cut or buried; it never changes the order of a
 * job's lines and never gives up a batch because the database is away.
 */
@NullMarked
package io.impresario.log.intake;

import org.jspecify.annotations.NullMarked;
