/**
 * What became of each occurrence: started, ended well or badly, not startable, missed. Takes the
 * ends of jobs into {@code last_error} and {@code consecutive_failures}, in the order of nominal
 * times whatever the order of arrival; it must never start anything.
 */
@NullMarked
package io.impresario.schedule.occurrence;

import org.jspecify.annotations.NullMarked;
