/**
 * The rules of {@code docs/conventions.md} that a test can check, for every module alike. A rule is
 * stated once, here; a module names its exceptions beside its own architecture tests.
 */
@NullMarked
package io.impresario.testing.rules;

import org.jspecify.annotations.NullMarked;
