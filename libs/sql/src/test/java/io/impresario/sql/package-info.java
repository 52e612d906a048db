@NullMarked
package io.impresario.sql;

import org.jspecify.annotations.NullMarked;
