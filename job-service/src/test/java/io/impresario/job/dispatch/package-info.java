/** Tests of the package of the same name. */
@NullMarked
package io.impresario.job.dispatch;

import org.jspecify.annotations.NullMarked;
