/**
 * Archives in and out of a directory. Decides which archives are safe to unpack, and what in them
 * is the packer's and not the author's; knows the JDK and commons-compress only, no table and no
 * deployment. It never writes outside the directory that it was given and never follows a link
 * while it writes.
 */
@NullMarked
package io.impresario.job.archive;

import org.jspecify.annotations.NullMarked;
