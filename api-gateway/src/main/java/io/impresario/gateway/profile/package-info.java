/** Browser profiles as names with ids, as far as clients ask the API for them. */
@NullMarked
package io.impresario.gateway.profile;

import org.jspecify.annotations.NullMarked;
