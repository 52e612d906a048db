/** Tests of stored and cached bundles. */
@NullMarked
package io.impresario.job.bundle;

import org.jspecify.annotations.NullMarked;
