/**
 * Says what is known about a failed job: its error, mapped stack and input, put together for a
 * reader or for whoever debugs the workflow. Reads only; it analyses nothing and changes nothing.
 */
@NullMarked
package io.impresario.job.report;

import org.jspecify.annotations.NullMarked;
