@NullMarked
package io.impresario.log.retention;

import org.jspecify.annotations.NullMarked;
