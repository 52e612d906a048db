/** What operators and tenants do with keys and tenants over HTTP. */
@NullMarked
package io.impresario.gateway.account;

import org.jspecify.annotations.NullMarked;
