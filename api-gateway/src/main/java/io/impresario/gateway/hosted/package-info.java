/**
 * What clients of the hosted service ask for and an installation of one's own has no use for:
 * telemetry is dropped, recordings are never there, everything else is named as not offered. It
 * must never make such a call look as if it had worked.
 */
@NullMarked
package io.impresario.gateway.hosted;

import org.jspecify.annotations.NullMarked;
