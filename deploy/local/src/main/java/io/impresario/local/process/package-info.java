/**
 * Processes of this machine: kept alive, asked whether they are ready, and ended whatever happens
 * to the launcher. It does not know what they run, and touches none that it was not given.
 */
@NullMarked
package io.impresario.local.process;

import org.jspecify.annotations.NullMarked;
