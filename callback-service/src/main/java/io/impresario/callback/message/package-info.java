/**
 * Decides what a callback says: which event a job's end is, and the bytes of the body. Pure; it
 * never reads or writes anything.
 */
@NullMarked
package io.impresario.callback.message;

import org.jspecify.annotations.NullMarked;
