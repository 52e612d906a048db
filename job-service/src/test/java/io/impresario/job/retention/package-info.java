/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.retention;

import org.jspecify.annotations.NullMarked;
