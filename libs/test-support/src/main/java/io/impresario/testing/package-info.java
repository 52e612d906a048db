/**
 * What the tests of every service share: the real PostgreSQL and Kafka, once per JVM, that a test
 * may also stop and kill; a clock that only moves when told; a webhook receiver, a faulty TCP
 * proxy, a bounded wait, signed identities and a plain Kafka client. Never part of a deployed
 * service.
 */
@NullMarked
package io.impresario.testing;

import org.jspecify.annotations.NullMarked;
