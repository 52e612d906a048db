/**
 * Decides which addresses this system may send callbacks to: the syntax of a target's URL, the
 * spellings of addresses that can stand in it, and the networks that are refused because they lead
 * back into the operator's own house. Knows only the JDK and never resolves a name: who does so
 * asks again for every address that came back, and connects to exactly that address.
 */
@NullMarked
package io.impresario.targets;

import org.jspecify.annotations.NullMarked;
