/** Tests of uploads and builds. */
@NullMarked
package io.impresario.job.deployment;

import org.jspecify.annotations.NullMarked;
