/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.lease;

import org.jspecify.annotations.NullMarked;
