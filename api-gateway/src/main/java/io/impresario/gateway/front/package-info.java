/**
 * The public port: every byte that a client sends or gets passes here. It admits, limits and
 * forwards requests, and answers in the envelope whatever happens. It knows no procedure by name.
 */
@NullMarked
package io.impresario.gateway.front;

import org.jspecify.annotations.NullMarked;
