/** Tests of credentials. */
@NullMarked
package io.impresario.job.credential;

import org.jspecify.annotations.NullMarked;
