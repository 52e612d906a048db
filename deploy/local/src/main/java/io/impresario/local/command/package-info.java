/**
 * One class per command of {@code ./impresario}: what it prints and its exit code. Commands about a
 * stack that is up read its {@code state.json}; only {@code up} and {@code demo} run processes.
 */
@NullMarked
package io.impresario.local.command;

import org.jspecify.annotations.NullMarked;
