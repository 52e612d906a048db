/**
 * Which proxy a job's browser leaves through: the one for the location that it asks for, the
 * configured default, or none. Pure but for its configuration; it opens no connection.
 */
@NullMarked
package io.impresario.job.proxy;

import org.jspecify.annotations.NullMarked;
