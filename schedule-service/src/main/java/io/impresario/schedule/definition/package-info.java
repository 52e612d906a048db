/**
 * The schedules themselves: create, get, list, update, delete, preview. Decides what a valid
 * schedule is and when it fires next; it must never start a job nor judge how one ended.
 */
@NullMarked
package io.impresario.schedule.definition;

import org.jspecify.annotations.NullMarked;
