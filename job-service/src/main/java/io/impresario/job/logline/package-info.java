/**
 * The way of a run's log lines to Kafka: what must not be seen is taken out, then they wait in a
 * bounded buffer for the broker. They do not go through the outbox, for there are far more of them
 * than of anything else and the last ones of a killed process are lost with it anyway.
 */
@NullMarked
package io.impresario.job.logline;

import org.jspecify.annotations.NullMarked;
