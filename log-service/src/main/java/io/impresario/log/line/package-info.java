/**
 * What a log line may be: its codes in the database, the largest line, the largest log of a job.
 * Pure: it knows the JDK and the event contracts, and never looks at a clock, a table or a topic.
 */
@NullMarked
package io.impresario.log.line;

import org.jspecify.annotations.NullMarked;
