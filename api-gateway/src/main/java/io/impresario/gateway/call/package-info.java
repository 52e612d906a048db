/**
 * One request of the public port while it is served: its ids, its answer, and what remains of it,
 * which are a row of the audit trail, a log line and metrics. It decides neither who may call nor
 * who answers.
 */
@NullMarked
package io.impresario.gateway.call;

import org.jspecify.annotations.NullMarked;
