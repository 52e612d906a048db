/**
 * The table of all procedures: who owns each, which right it takes, how much it may carry and how
 * long it may take. Pure; it opens no connection.
 */
@NullMarked
package io.impresario.gateway.route;

import org.jspecify.annotations.NullMarked;
