/**
 * Moves stored secrets to the newest key of the ring, on the operator's command. Knows that
 * features have sealed rows, not which.
 */
@NullMarked
package io.impresario.job.rotation;

import org.jspecify.annotations.NullMarked;
