@NullMarked
package io.impresario.local;

import org.jspecify.annotations.NullMarked;
