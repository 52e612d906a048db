/**
 * Tenants and the first tenant and key of an installation. It never looks at what a tenant owns in
 * other services.
 */
@NullMarked
package io.impresario.gateway.tenant;

import org.jspecify.annotations.NullMarked;
