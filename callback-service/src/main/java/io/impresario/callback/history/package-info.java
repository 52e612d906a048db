/**
 * Decides what a tenant sees of its deliveries and attempts, and lets it ask for another attempt.
 * It never changes what was sent.
 */
@NullMarked
package io.impresario.callback.history;

import org.jspecify.annotations.NullMarked;
