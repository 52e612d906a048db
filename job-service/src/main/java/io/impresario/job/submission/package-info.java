/**
 * Takes jobs in: over HTTP and from {@code job-requested}. Decides whether a job can be accepted
 * and writes it, durably, with its event before it answers. It never starts anything.
 */
@NullMarked
package io.impresario.job.submission;

import org.jspecify.annotations.NullMarked;
