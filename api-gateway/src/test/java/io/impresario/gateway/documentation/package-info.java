@NullMarked
package io.impresario.gateway.documentation;

import org.jspecify.annotations.NullMarked;
