@NullMarked
package io.impresario.log.line;

import org.jspecify.annotations.NullMarked;
