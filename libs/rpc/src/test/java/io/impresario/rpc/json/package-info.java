/** Tests of the envelope's pure parts. */
@NullMarked
package io.impresario.rpc.json;

import org.jspecify.annotations.NullMarked;
