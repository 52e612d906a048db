/**
 * Decides, once, which targets the end of a job has, and makes a delivery for each with the bytes
 * that every attempt will send. It never sends anything and never changes a delivery that exists.
 */
@NullMarked
package io.impresario.callback.intake;

import org.jspecify.annotations.NullMarked;
