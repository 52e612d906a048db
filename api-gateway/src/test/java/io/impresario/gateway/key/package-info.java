/** Tests of keys. */
@NullMarked
package io.impresario.gateway.key;

import org.jspecify.annotations.NullMarked;
