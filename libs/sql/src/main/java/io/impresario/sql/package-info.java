/**
 * How every service talks to PostgreSQL: queries with a limit, one table of faults, rows and pages.
 */
@NullMarked
package io.impresario.sql;

import org.jspecify.annotations.NullMarked;
