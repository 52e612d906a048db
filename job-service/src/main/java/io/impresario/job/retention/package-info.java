/**
 * Forgets what has been kept for long enough: nonces after 30 days, and ended jobs after the time
 * that the operator sets, if one is set. It never touches a job that has not ended.
 */
@NullMarked
package io.impresario.job.retention;

import org.jspecify.annotations.NullMarked;
