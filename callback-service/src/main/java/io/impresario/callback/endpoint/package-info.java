/**
 * Decides what a tenant's stored webhook endpoints are: their address, their secrets and whether
 * they are active. It never hands out a secret and never sends anything.
 */
@NullMarked
package io.impresario.callback.endpoint;

import org.jspecify.annotations.NullMarked;
