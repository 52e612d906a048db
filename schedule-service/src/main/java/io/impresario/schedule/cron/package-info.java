/**
 * Five-field cron, purely: text to expression, expression and zone to instants. Decides when a
 * schedule fires, daylight saving included; it must never read a clock, a database or a framework.
 */
@NullMarked
package io.impresario.schedule.cron;

import org.jspecify.annotations.NullMarked;
