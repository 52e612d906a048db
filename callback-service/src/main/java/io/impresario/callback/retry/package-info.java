/**
 * Decides when a failed delivery is tried again, and when it is given up. Pure: the time and the
 * randomness are given.
 */
@NullMarked
package io.impresario.callback.retry;

import org.jspecify.annotations.NullMarked;
