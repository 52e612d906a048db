/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.query;

import org.jspecify.annotations.NullMarked;
