/**
 * Events out and events in, exactly once in effect: the outbox writes an event in the transaction
 * of the row that it speaks of and a relay brings it to Kafka; the inbox records a consumed event
 * in the transaction of its effect. It never decides what an event means, never sends an event
 * whose transaction did not commit, and never acknowledges one whose effect did not.
 */
@NullMarked
package io.impresario.outbox;

import org.jspecify.annotations.NullMarked;
