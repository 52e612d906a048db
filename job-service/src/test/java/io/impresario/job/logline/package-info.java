/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.logline;

import org.jspecify.annotations.NullMarked;
