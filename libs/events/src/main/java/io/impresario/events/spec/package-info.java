/**
 * What a job asks for, as one value: the options of {@code jobs/create}, the template of a
 * schedule, a part of {@code job-requested}, a column of the row, and the browser half of it what
 * the executor is told. Knows the JDK and Jackson only. It holds values and how they are written;
 * which values a client may give is decided where input is read.
 */
@NullMarked
package io.impresario.events.spec;

import org.jspecify.annotations.NullMarked;
