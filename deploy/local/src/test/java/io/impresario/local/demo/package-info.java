@NullMarked
package io.impresario.local.demo;

import org.jspecify.annotations.NullMarked;
