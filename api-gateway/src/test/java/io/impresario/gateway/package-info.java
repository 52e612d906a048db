/** Tests of the gateway as a whole. */
@NullMarked
package io.impresario.gateway;

import org.jspecify.annotations.NullMarked;
