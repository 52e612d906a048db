/**
 * The packaged system, started by its own command and used over HTTP as a stranger would: what it
 * promises about jobs, logs and callbacks while processes are killed around it.
 */
@NullMarked
package io.impresario.acceptance;

import org.jspecify.annotations.NullMarked;
