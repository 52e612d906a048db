/** Tests of the job service as a whole. */
@NullMarked
package io.impresario.job;

import org.jspecify.annotations.NullMarked;
