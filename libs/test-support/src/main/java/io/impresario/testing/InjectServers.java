package io.impresario.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * On a field of type {@link TestServers} in a test with {@link ServersResource}, or of type {@link
 * FaultyTcpProxy} in one with {@link ProxiedPostgres} or, with the value {@link
 * ProxiedKafka#BROKER}, in one with {@link ProxiedKafka}.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface InjectServers {
  String value() default "";
}
