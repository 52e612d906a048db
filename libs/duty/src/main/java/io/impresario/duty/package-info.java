/**
 * Background duties: what a service does again and again without being asked. It decides when a
 * round runs, that one runs at a time, how long it may take, what follows a failure, and whether
 * the process still does its duties; never what a round does.
 */
@NullMarked
package io.impresario.duty;

import org.jspecify.annotations.NullMarked;
