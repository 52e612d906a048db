@NullMarked
package io.impresario.log;

import org.jspecify.annotations.NullMarked;
