/**
 * Who changed what, when, under which request: one row for each answered mutation, readable by the
 * operator alone. Rows are only ever added.
 */
@NullMarked
package io.impresario.gateway.audit;

import org.jspecify.annotations.NullMarked;
