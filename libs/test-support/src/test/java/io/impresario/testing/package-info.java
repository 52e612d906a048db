/** The test tools do what their users rely on. */
@NullMarked
package io.impresario.testing;

import org.jspecify.annotations.NullMarked;
