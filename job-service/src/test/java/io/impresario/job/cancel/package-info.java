/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.cancel;

import org.jspecify.annotations.NullMarked;
