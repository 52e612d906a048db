/**
 * Workflow names and which deployment serves them. Publishes what a build found, in the transaction
 * that makes the deployment ready, and tells what a new job of a name runs. It knows nothing of how
 * bundles are built or stored.
 */
@NullMarked
package io.impresario.job.workflow;

import org.jspecify.annotations.NullMarked;
