package io.impresario.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a field of type {@link TestServers} in a test with {@link ServersResource}, or of type {@link
 * FaultyTcpProxy} in one with {@link ProxiedPostgres}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface InjectServers {}
