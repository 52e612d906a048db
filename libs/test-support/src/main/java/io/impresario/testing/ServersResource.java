package io.impresario.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.HashMap;
import java.util.Map;

/**
 * {@code @QuarkusTestResource(value = ServersResource.class, initArgs = @ResourceArg(name =
 * "service", value = "job"))}: gives a service under test the servers of this JVM, its login, free
 * ports and the secrets that have no default. Other init arguments are handed on as configuration.
 */
public final class ServersResource implements QuarkusTestResourceLifecycleManager {
  private Map<String, String> arguments = Map.of();

  @Override
  public void init(Map<String, String> initArguments) {
    arguments = Map.copyOf(initArguments);
  }

  @Override
  public Map<String, String> start() {
    String service = arguments.get("service");
    if (service == null) {
      throw new IllegalArgumentException("ServersResource needs the init argument \"service\"");
    }
    TestServers servers = TestServers.get();
    Map<String, String> settings = new HashMap<>(servers.datasource(service));
    settings.put("kafka.bootstrap.servers", servers.kafkaBootstrap());
    settings.put("impresario.identity.secret", TestServers.IDENTITY_SECRET);
    settings.put("impresario.secrets.keys", TestServers.SECRET_KEYS);
    settings.put("quarkus.http.host", "127.0.0.1");
    settings.put("quarkus.http.test-port", "0");
    settings.put("quarkus.management.host", "127.0.0.1");
    settings.put("quarkus.management.test-port", "0");
    arguments.forEach(
        (name, value) -> {
          if (!name.equals("service")) {
            settings.put(name, value);
          }
        });
    return settings;
  }

  /** The servers stay: they serve the next test class and end with the JVM. */
  @Override
  public void stop() {}

  @Override
  public void inject(TestInjector injector) {
    injector.injectIntoFields(
        TestServers.get(),
        new TestInjector.AnnotatedAndMatchesType(InjectServers.class, TestServers.class));
  }
}
