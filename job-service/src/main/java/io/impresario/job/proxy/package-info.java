/**
 * Which proxy a job's browser leaves through: the rules of the residential proxy object and the
 * choice between it, the configured default and none. Pure but for its configuration; it opens no
 * connection.
 */
@NullMarked
package io.impresario.job.proxy;

import org.jspecify.annotations.NullMarked;
