/**
 * The whole of Impresario as processes on this machine: which processes with which settings,
 * started in order, kept alive, written down, and ended together, whatever happens to the launcher.
 * It must never log a secret, and never touch a process that it did not start, but one that has
 * taken the place of its own ({@link Takeover}).
 */
@NullMarked
package io.impresario.local.stack;

import org.jspecify.annotations.NullMarked;
