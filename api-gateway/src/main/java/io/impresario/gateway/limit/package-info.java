/**
 * Token buckets that bound how fast a key or a tenant may call, and a stranger may guess. Per
 * replica and in memory: a limit protects this installation and is not for billing.
 */
@NullMarked
package io.impresario.gateway.limit;

import org.jspecify.annotations.NullMarked;
