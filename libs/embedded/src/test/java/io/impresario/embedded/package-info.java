/** The embedded servers, really started, stopped, killed and started again. */
@NullMarked
package io.impresario.embedded;

import org.jspecify.annotations.NullMarked;
