/** Background duties: one round at a time, each with a limit, watched by metrics and liveness. */
@NullMarked
package io.impresario.duty;

import org.jspecify.annotations.NullMarked;
