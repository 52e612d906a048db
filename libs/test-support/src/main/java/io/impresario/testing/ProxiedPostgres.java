package io.impresario.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Beside a {@link ServersResource}: the reactive connections of the service go through a {@link
 * FaultyTcpProxy}, injected into fields with {@link InjectServers}. Init arguments are passed on as
 * configuration. To be restricted to the annotated class, because resources apply to all tests of
 * their module otherwise.
 */
public final class ProxiedPostgres implements QuarkusTestResourceLifecycleManager {
  private Map<String, String> settings = Map.of();
  private @Nullable FaultyTcpProxy proxy;

  /** After the servers' own address, which would win otherwise. */
  @Override
  public int order() {
    return 1;
  }

  @Override
  public void init(Map<String, String> initArguments) {
    settings = Map.copyOf(initArguments);
  }

  @Override
  public Map<String, String> start() {
    FaultyTcpProxy opened = open();
    proxy = opened;
    Map<String, String> all = new HashMap<>(settings);
    all.put("quarkus.datasource.reactive.url", TestServers.reactiveUrl(opened.port()));
    return all;
  }

  private static FaultyTcpProxy open() {
    try {
      return FaultyTcpProxy.before(TestServers.get().postgresPort());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void stop() {
    if (proxy != null) {
      try {
        proxy.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /** Whether the proxy of that name belongs into the field. */
  static boolean takes(Field field, String name) {
    InjectServers marked = field.getAnnotation(InjectServers.class);
    return marked != null && field.getType() == FaultyTcpProxy.class && marked.value().equals(name);
  }

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(proxy, field -> takes(field, ""));
  }
}
