/**
 * Decides how a delivery proves where it comes from: the documented hexadecimal HMAC and the
 * Standard Webhooks trio. Pure; it never stores or logs a secret.
 */
@NullMarked
package io.impresario.callback.signing;

import org.jspecify.annotations.NullMarked;
