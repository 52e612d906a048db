package io.impresario.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Beside a {@link ServersResource}: all of the service's connections to Kafka go through a {@link
 * FaultyTcpProxy}, injected into fields with {@code @InjectServers(BROKER)}. The init argument
 * {@code host} is the broker's first address, 127.0.0.1 by default; others are passed on as
 * configuration. Clients give up a silent connection after 5 s. Holds for all tests of the module
 * unless restricted to the annotated class.
 */
public final class ProxiedKafka implements QuarkusTestResourceLifecycleManager {
  public static final String BROKER = "broker";

  private static final String HOST = "host";

  private Map<String, String> arguments = Map.of();
  private @Nullable FaultyTcpProxy proxy;

  /** After the servers' own address, which would win otherwise. */
  @Override
  public int order() {
    return 1;
  }

  @Override
  public void init(Map<String, String> initArguments) {
    arguments = Map.copyOf(initArguments);
  }

  @Override
  public Map<String, String> start() {
    FaultyTcpProxy opened = TestServers.get().openKafkaProxy();
    proxy = opened;
    Map<String, String> all = new HashMap<>();
    all.put("kafka.request.timeout.ms", "5000");
    all.putAll(arguments);
    String host = all.remove(HOST);
    all.put("kafka.bootstrap.servers", (host == null ? "127.0.0.1" : host) + ":" + opened.port());
    return all;
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

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(proxy, field -> ProxiedPostgres.takes(field, BROKER));
  }
}
