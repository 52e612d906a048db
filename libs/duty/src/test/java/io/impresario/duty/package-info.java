@NullMarked
package io.impresario.duty;

import org.jspecify.annotations.NullMarked;
