/**
 * Strict JSON that keeps the client's text: Jackson reads a body once as a whole, and its values
 * are known by their positions in it, so that numbers reach the database digit for digit as they
 * were sent. It never builds a tree of what nobody reads, and never accepts what PostgreSQL or
 * another JSON parser refuses.
 */
@NullMarked
package io.impresario.rpc.json;

import org.jspecify.annotations.NullMarked;
