/** Shows that the house rules find what they forbid. */
@NullMarked
package io.impresario.testing.rules;

import org.jspecify.annotations.NullMarked;
