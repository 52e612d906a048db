/**
 * Decides which deliveries share a lane, and which lanes are worth a claim's look: those that are
 * ready. It never takes a delivery and knows nothing of attempts.
 */
@NullMarked
package io.impresario.callback.lane;

import org.jspecify.annotations.NullMarked;
