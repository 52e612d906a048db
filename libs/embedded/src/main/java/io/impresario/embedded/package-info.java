/**
 * PostgreSQL and Kafka for a machine that has neither: unpacks, configures, starts, stops and kills
 * the real servers as child processes on given loopback ports and data directories, and creates the
 * database with a schema and a login per service. It never decides when a server should run: that
 * is the caller's (the launcher's or a test's) business.
 */
@NullMarked
package io.impresario.embedded;

import org.jspecify.annotations.NullMarked;
