/**
 * Secrets at rest and in events: a type that does not print itself, a ring of AES-256-GCM keys and
 * the walk that brings stored values under the newest of them, by command and once a day. A service
 * that depends on this library has the ring as a bean and must have {@code
 * impresario.secrets.keys}; its features contribute {@link SealedColumn} beans. Nothing here logs a
 * value or answers with a partly verified plaintext.
 */
@NullMarked
package io.impresario.sealing;

import org.jspecify.annotations.NullMarked;
