package io.impresario.testing;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * {@code @QuarkusTestResource(value = ServersResource.class, initArgs = @ResourceArg(name =
 * "service", value = "job"))}: gives a service under test the servers of this JVM, its login, free
 * ports and the secrets that have no default. With {@code clock=steered} the database tells the
 * service the time of its {@link DatabaseClock}. Other init arguments are passed on as
 * configuration, to all tests of the module unless the resource is restricted to the annotated
 * class.
 */
public final class ServersResource implements QuarkusTestResourceLifecycleManager {
  private static final Set<String> OWN_ARGUMENTS = Set.of("service", "clock");

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
    if ("steered".equals(arguments.get("clock"))) {
      steerClock(servers, service);
    }
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
          if (!OWN_ARGUMENTS.contains(name)) {
            settings.put(name, value);
          }
        });
    return settings;
  }

  private static void steerClock(TestServers servers, String service) {
    try {
      DatabaseClock.install(servers, service);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
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
