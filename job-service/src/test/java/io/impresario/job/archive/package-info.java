/** Tests of unpacking and packing, and tarballs for other tests. */
@NullMarked
package io.impresario.job.archive;

import org.jspecify.annotations.NullMarked;
