/**
 * The daily partitions: made ahead, made late when an old line comes, dropped when all of their
 * lines are older than the retention. It never deletes single lines.
 */
@NullMarked
package io.impresario.log.retention;

import org.jspecify.annotations.NullMarked;
