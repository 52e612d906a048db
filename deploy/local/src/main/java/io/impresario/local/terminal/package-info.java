/** What a user sees: progress, logs, and one sentence about what is wrong and what to do. */
@NullMarked
package io.impresario.local.terminal;

import org.jspecify.annotations.NullMarked;
