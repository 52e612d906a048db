/**
 * What the tests of this service share: its beans that tests steer, and its API as clients see it.
 */
@NullMarked
package io.impresario.callback;

import org.jspecify.annotations.NullMarked;
