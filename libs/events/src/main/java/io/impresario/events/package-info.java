/**
 * The Kafka messages of Impresario: one record per event, the topics they travel on and the
 * CloudEvents headers around them. Knows the JDK and Jackson only, so that a subscriber can use it
 * alone. It never decides what to do with an event, and an event never carries a secret in clear.
 */
@NullMarked
package io.impresario.events;

import org.jspecify.annotations.NullMarked;
