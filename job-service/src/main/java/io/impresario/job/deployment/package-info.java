/**
 * Deployments: taking an uploaded source, building it in the background, and telling how that went.
 * An upload is durable before it is answered; a build that was interrupted is built again. The
 * source is a stranger's: this package unpacks it by the rules of {@code archive} and has it built
 * in the executor's sandbox, and never runs any of it itself.
 */
@NullMarked
package io.impresario.job.deployment;

import org.jspecify.annotations.NullMarked;
