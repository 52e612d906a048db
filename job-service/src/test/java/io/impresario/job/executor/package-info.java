/** Tests of the executor against the real Node program and a real browser. */
@NullMarked
package io.impresario.job.executor;

import org.jspecify.annotations.NullMarked;
