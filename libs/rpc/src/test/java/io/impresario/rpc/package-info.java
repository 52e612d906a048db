/** Tests of the envelope's pure parts. */
@NullMarked
package io.impresario.rpc;

import org.jspecify.annotations.NullMarked;
