@NullMarked
package io.impresario.log.query;

import org.jspecify.annotations.NullMarked;
