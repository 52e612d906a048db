/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.limits;

import org.jspecify.annotations.NullMarked;
