/**
 * The procedures that the gateway answers itself, as the front door sees them: an input in, an
 * answer out.
 */
@NullMarked
package io.impresario.gateway.procedure;

import org.jspecify.annotations.NullMarked;
