@NullMarked
package io.impresario.local.terminal;

import org.jspecify.annotations.NullMarked;
