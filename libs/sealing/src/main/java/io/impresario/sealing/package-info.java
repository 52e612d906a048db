/**
 * Secrets at rest and in events: a type that does not print itself and a ring of AES-256-GCM keys.
 * Knows the JDK only. It never logs a value and never answers with a partly verified plaintext.
 */
@NullMarked
package io.impresario.sealing;

import org.jspecify.annotations.NullMarked;
