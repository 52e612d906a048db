/**
 * The command line of {@code ./impresario}: reads the arguments, finds the checkout and its state
 * directory, and calls one command. It decides nothing about how the stack runs.
 */
@NullMarked
package io.impresario.local;

import org.jspecify.annotations.NullMarked;
