/**
 * Events out: the outbox writes an event in the transaction of the row that it speaks of, and a
 * relay brings it to Kafka. It decides what leaves in which order, what waits and what can never
 * leave; never what an event means, and it never sends one whose transaction did not commit.
 */
@NullMarked
package io.impresario.outbox;

import org.jspecify.annotations.NullMarked;
