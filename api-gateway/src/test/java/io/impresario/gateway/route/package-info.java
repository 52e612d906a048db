/** Tests of this feature. */
@NullMarked
package io.impresario.gateway.route;

import org.jspecify.annotations.NullMarked;
