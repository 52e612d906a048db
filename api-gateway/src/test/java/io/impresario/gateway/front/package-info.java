/** Tests of the public port against services that run in the same JVM. */
@NullMarked
package io.impresario.gateway.front;

import org.jspecify.annotations.NullMarked;
