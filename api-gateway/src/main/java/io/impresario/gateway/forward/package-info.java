/**
 * Passes calls to the services that own them: which replica is asked, in pieces both ways, within
 * the time of the route, again after the death of a replica where that is safe. It never decides
 * whether a caller may call.
 */
@NullMarked
package io.impresario.gateway.forward;

import org.jspecify.annotations.NullMarked;
