/**
 * Decides how secrets lie in the database: sealed under the newest key, opened under any that is
 * configured, each bound to the row it belongs to.
 */
@NullMarked
package io.impresario.callback.secret;

import org.jspecify.annotations.NullMarked;
