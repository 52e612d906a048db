/**
 * logs/list: keyset pages over the lines of one job or of one tenant. Every statement is bound to
 * the caller's tenant; a page token grants nothing and fits only the query that gave it.
 */
@NullMarked
package io.impresario.log.query;

import org.jspecify.annotations.NullMarked;
