/**
 * Starts the jobs of schedules: claims what is due, decides what to fire, writes the occurrence,
 * the request for the job and the next fire time in one transaction. It never fires early, never
 * twice, and knows nothing of how a job ends.
 */
@NullMarked
package io.impresario.schedule.firing;

import org.jspecify.annotations.NullMarked;
