/** Tests of this feature. */
@NullMarked
package io.impresario.gateway.audit;

import org.jspecify.annotations.NullMarked;
