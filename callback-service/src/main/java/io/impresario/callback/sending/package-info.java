/**
 * Decides how one callback travels: resolves the target's name, has every address checked, connects
 * to a checked address under the target's own name, follows nothing, and ends within its time. It
 * never decides whether or when to try again, and never sees a secret.
 */
@NullMarked
package io.impresario.callback.sending;

import org.jspecify.annotations.NullMarked;
