/**
 * Where archives are kept: pieces in the database, which is the truth, and unpacked bundles in a
 * cache on this replica's disk, which may vanish at any time. Removes what nothing needs any more,
 * here and there.
 */
@NullMarked
package io.impresario.job.bundle;

import org.jspecify.annotations.NullMarked;
