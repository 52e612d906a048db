/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.submission;

import org.jspecify.annotations.NullMarked;
