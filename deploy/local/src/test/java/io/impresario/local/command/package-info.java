@NullMarked
package io.impresario.local.command;

import org.jspecify.annotations.NullMarked;
