/**
 * Answers questions about jobs: one, many, why it waits, what happened to it, why it failed, and
 * when it ends. Reads only; every statement is bound to the caller's tenant.
 */
@NullMarked
package io.impresario.job.query;

import org.jspecify.annotations.NullMarked;
