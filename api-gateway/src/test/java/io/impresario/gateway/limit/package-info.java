/** Tests of this feature. */
@NullMarked
package io.impresario.gateway.limit;

import org.jspecify.annotations.NullMarked;
