@NullMarked
package io.impresario.local.process;

import org.jspecify.annotations.NullMarked;
