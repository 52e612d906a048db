/**
 * {@code ./impresario demo}: a stack of its own, the example workflow deployed and run, its log,
 * result and callback shown, a schedule seen firing, everything stopped. It uses the public API
 * only.
 */
@NullMarked
package io.impresario.local.demo;

import org.jspecify.annotations.NullMarked;
