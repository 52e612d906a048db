@NullMarked
package io.impresario.local.stack;

import org.jspecify.annotations.NullMarked;
