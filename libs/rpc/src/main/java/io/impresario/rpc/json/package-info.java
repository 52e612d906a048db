/**
 * Strict JSON that keeps the client's text: a body is validated once as a whole, then read lazily
 * by position, so that numbers of any size reach the database as they were sent. It never builds a
 * tree of what nobody reads, and never accepts what PostgreSQL or another JSON parser would refuse.
 */
@NullMarked
package io.impresario.rpc.json;

import org.jspecify.annotations.NullMarked;
