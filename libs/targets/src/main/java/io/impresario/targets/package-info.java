/**
 * Decides which addresses this system may send callbacks to: the syntax of a target's URL, the
 * spellings of addresses that can stand in it, which secrets can sign, and the networks that are
 * refused because they lead back into the operator's own network. It never resolves a name: who
 * does so asks again for every address that came back, and connects to exactly that address. A
 * service that depends on this library has the guard as a bean; {@code
 * impresario.callback-targets.allowed-networks} are its exceptions.
 */
@NullMarked
package io.impresario.targets;

import org.jspecify.annotations.NullMarked;
