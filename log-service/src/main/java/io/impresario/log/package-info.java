/** The log service; its features are the packages inside. */
@NullMarked
package io.impresario.log;

import org.jspecify.annotations.NullMarked;
