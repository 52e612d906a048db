/**
 * Events in: takes what a consumer wants of a topic, records it in the inbox in the transaction of
 * its effect, and acknowledges after the commit. It decides what is tried again, what goes to the
 * dead letters and what is skipped by its headers; never what an event means, and it never
 * acknowledges one whose effect did not commit.
 */
@NullMarked
package io.impresario.outbox.intake;

import org.jspecify.annotations.NullMarked;
