/** Tests of workflows and which deployment serves them. */
@NullMarked
package io.impresario.job.workflow;

import org.jspecify.annotations.NullMarked;
