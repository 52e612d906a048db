/**
 * The front door of Impresario as a whole: its configuration and the wiring of its start. It
 * decides nothing about a single request.
 */
@NullMarked
package io.impresario.gateway;

import org.jspecify.annotations.NullMarked;
