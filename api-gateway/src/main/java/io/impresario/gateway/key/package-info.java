/**
 * API keys: their text form, where their hashes are kept, and the cache by which a request finds
 * the owner of its key. A key itself is never stored or logged.
 */
@NullMarked
package io.impresario.gateway.key;

import org.jspecify.annotations.NullMarked;
