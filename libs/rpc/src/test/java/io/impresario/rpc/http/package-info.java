/** Tests of the envelope on a running Quarkus. */
@NullMarked
package io.impresario.rpc.http;

import org.jspecify.annotations.NullMarked;
