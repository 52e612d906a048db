/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.lifecycle;

import org.jspecify.annotations.NullMarked;
