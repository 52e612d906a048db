/**
 * How every service talks to PostgreSQL: connections that cannot wait for ever, one table of what a
 * failure means, and the small pieces that every store needs (rows, values, pages). It decides
 * nothing about any table and never retries on its own.
 */
@NullMarked
package io.impresario.sql;

import org.jspecify.annotations.NullMarked;
