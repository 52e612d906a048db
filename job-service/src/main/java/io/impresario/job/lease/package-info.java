/**
 * Who runs a job, for how long that is believed, and what happens when it is not true any more:
 * this instance's leases, everybody's expired ones, time limits, and a client's cancel, which goes
 * to whoever runs the job. It ends jobs whose owner is silent; it never starts one, and it never
 * ends one that a living owner may still end.
 */
@NullMarked
package io.impresario.job.lease;

import org.jspecify.annotations.NullMarked;
