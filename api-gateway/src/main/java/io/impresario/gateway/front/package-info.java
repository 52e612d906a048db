/**
 * The public port: who is calling, whether a route is open to them, and who answers. It knows no
 * procedure by name.
 */
@NullMarked
package io.impresario.gateway.front;

import org.jspecify.annotations.NullMarked;
