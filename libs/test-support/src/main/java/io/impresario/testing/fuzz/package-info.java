/**
 * Requests and values that are changed at random, or in one place each: what every service must
 * answer clearly, whatever it is sent.
 */
@NullMarked
package io.impresario.testing.fuzz;

import org.jspecify.annotations.NullMarked;
