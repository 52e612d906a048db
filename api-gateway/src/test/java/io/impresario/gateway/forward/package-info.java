/** Tests of the public port against services that run in the same JVM. */
@NullMarked
package io.impresario.gateway.forward;

import org.jspecify.annotations.NullMarked;
