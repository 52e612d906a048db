/** Tests of moving secrets to another key. */
@NullMarked
package io.impresario.job.rotation;

import org.jspecify.annotations.NullMarked;
