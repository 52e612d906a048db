@NullMarked
package io.impresario.log.intake;

import org.jspecify.annotations.NullMarked;
