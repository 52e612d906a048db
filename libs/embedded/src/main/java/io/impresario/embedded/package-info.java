/**
 * PostgreSQL and Kafka for a machine that has neither: unpacks, configures, starts, stops and kills
 * the real servers as child processes on given loopback ports and data directories, and creates the
 * database with a schema and a login per service. It never decides when a server runs: its caller
 * does (the launcher or a test).
 */
@NullMarked
package io.impresario.embedded;

import org.jspecify.annotations.NullMarked;
