/**
 * The oRPC v1 wire of the public API as every service speaks it: what a request may hold, which
 * validation issues it earns, which error envelope a failure becomes, and who is calling. It knows
 * no feature of any service and reads no database.
 */
@NullMarked
package io.impresario.rpc;

import org.jspecify.annotations.NullMarked;
