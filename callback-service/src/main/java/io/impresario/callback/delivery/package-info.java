/**
 * Decides which pending delivery is attempted when, and what an attempt's end means for it. Targets
 * take turns in lanes with limits of their own; every claim has a lease and a number that fences
 * late reports. It never makes a delivery and never changes what is sent.
 */
@NullMarked
package io.impresario.callback.delivery;

import org.jspecify.annotations.NullMarked;
