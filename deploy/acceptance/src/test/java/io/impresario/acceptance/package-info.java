/** Black-box tests of the packaged system, and of what the documents say about it. */
@NullMarked
package io.impresario.acceptance;

import org.jspecify.annotations.NullMarked;
