package io.impresario.testing;

import io.impresario.embedded.DatabaseBootstrap;
import io.impresario.embedded.DirectoryTree;
import io.impresario.embedded.EmbeddedKafka;
import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.embedded.FreePorts;
import io.impresario.embedded.KafkaProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One PostgreSQL and one Kafka broker for all tests of this JVM, on free loopback ports that stay
 * the same across kills and restarts. Both end with the JVM. All tests of the JVM share the data:
 * use tenants and keys of your own instead of cleaning up.
 */
public final class TestServers {
  /** The test value of {@code impresario.identity.secret}. */
  public static final String IDENTITY_SECRET = "identity-secret-for-tests-0123456789abcdef";

  /** The test value of {@code impresario.secrets.keys}: 32 bytes under the key id "test". */
  public static final String SECRET_KEYS = "test:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=";

  private static final String PASSWORD = "password-for-tests";
  // Plain strings in the system properties: a test JVM loads this class once per Quarkus class
  // loader.
  private static final String DIRECTORY = "impresario.test.servers.directory";
  private static final String PORTS = "impresario.test.servers.ports";
  private static final String POSTGRES = "impresario.test.servers.postgres";
  private static final String KAFKA = "impresario.test.servers.kafka";

  private final Path directory;
  private final EmbeddedPostgres.Settings postgresSettings;
  private final EmbeddedKafka.Settings kafkaSettings;
  private final EmbeddedKafka.ProxyPorts proxyPorts;

  private TestServers(Path directory, List<Integer> ports) {
    this.directory = directory;
    this.postgresSettings =
        new EmbeddedPostgres.Settings(
            directory.resolve("postgres"),
            ports.get(0),
            PASSWORD,
            false,
            directory.resolve("postgres.log"));
    this.proxyPorts = new EmbeddedKafka.ProxyPorts(ports.get(3), ports.get(4));
    this.kafkaSettings =
        new EmbeddedKafka.Settings(
            directory.resolve("kafka"), ports.get(1), ports.get(2), proxyPorts);
  }

  /** Starts both servers at the first call. */
  public static synchronized TestServers get() {
    String directory = System.getProperty(DIRECTORY);
    if (directory == null) {
      return create();
    }
    List<Integer> ports =
        Stream.of(System.getProperty(PORTS, "").split(",")).map(Integer::valueOf).toList();
    return new TestServers(Path.of(directory), ports);
  }

  private static TestServers create() {
    try {
      List<Integer> ports = FreePorts.some(5);
      Path directory = Files.createTempDirectory("impresario-test-servers");
      TestServers servers = new TestServers(directory, ports);
      Runtime.getRuntime().addShutdownHook(new Thread(servers::close, "test-servers-close"));
      servers.startPostgres();
      servers.startKafka();
      DatabaseBootstrap.apply(
          servers.postgresPort(),
          PASSWORD,
          DatabaseBootstrap.SERVICES.stream()
              .collect(Collectors.toMap(service -> service, service -> PASSWORD)));
      System.setProperty(
          PORTS, ports.stream().map(String::valueOf).collect(Collectors.joining(",")));
      System.setProperty(DIRECTORY, directory.toString());
      return servers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  public String kafkaBootstrap() {
    return "127.0.0.1:" + kafkaSettings.port();
  }

  public int kafkaPort() {
    return kafkaSettings.port();
  }

  /** What connects to the broker through it stays behind it. One at a time. */
  public FaultyTcpProxy openKafkaProxy() {
    try {
      return FaultyTcpProxy.between(proxyPorts.advertised(), proxyPorts.broker());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public int postgresPort() {
    return postgresSettings.port();
  }

  /** Settings of the named service's login, e.g. {@code job}. */
  public Map<String, String> datasource(String service) {
    if (!DatabaseBootstrap.SERVICES.contains(service)) {
      throw new IllegalArgumentException(
          "There is no service " + service + "; one of " + DatabaseBootstrap.SERVICES);
    }
    String address = address(postgresPort());
    return Map.of(
        "quarkus.datasource.username",
        DatabaseBootstrap.login(service),
        "quarkus.datasource.password",
        PASSWORD,
        "quarkus.datasource.reactive.url",
        reactiveUrl(postgresPort()),
        "quarkus.datasource.jdbc.url",
        "jdbc:postgresql://" + address);
  }

  static String reactiveUrl(int port) {
    return "postgresql://" + address(port);
  }

  private static String address(int port) {
    return "127.0.0.1:" + port + "/" + DatabaseBootstrap.DATABASE;
  }

  /** A plain connection with the service's login, for what a test checks or prepares itself. */
  public Connection connect(String service) throws SQLException {
    return EmbeddedPostgres.connect(
        postgresPort(), DatabaseBootstrap.DATABASE, DatabaseBootstrap.login(service), PASSWORD);
  }

  Connection connectAsSuperuser() throws SQLException {
    return EmbeddedPostgres.connect(
        postgresPort(), DatabaseBootstrap.DATABASE, EmbeddedPostgres.SUPERUSER, PASSWORD);
  }

  /** Like {@code kill -9} of the broker. Start it again in a {@code finally}. */
  public void killKafka() {
    run(() -> kafka().kill());
  }

  /** An orderly stop of the broker. Start it again in a {@code finally}. */
  public void stopKafka() {
    run(() -> kafka().stop());
  }

  /** Does nothing while the broker runs. */
  public void startKafka() {
    if (running(KAFKA).isEmpty()) {
      run(
          () ->
              record(
                  KAFKA,
                  KafkaProcess.start(kafkaSettings, directory.resolve("kafka.log")).process()));
    }
  }

  /** Like {@code kill -9} of the postmaster. Start it again in a {@code finally}. */
  public void killPostgres() {
    run(() -> postgres().kill());
  }

  /** A fast shutdown. Start it again in a {@code finally}. */
  public void stopPostgres() {
    run(() -> postgres().stop());
  }

  /** Does nothing while the server runs. */
  public void startPostgres() {
    if (running(POSTGRES).isEmpty()) {
      run(() -> record(POSTGRES, EmbeddedPostgres.start(postgresSettings).process()));
    }
  }

  private KafkaProcess kafka() {
    return KafkaProcess.attach(kafkaSettings, running(KAFKA).orElseThrow());
  }

  private EmbeddedPostgres postgres() {
    return EmbeddedPostgres.attach(postgresSettings, running(POSTGRES).orElseThrow());
  }

  private static Optional<ProcessHandle> running(String name) {
    return Optional.ofNullable(System.getProperty(name))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
        .filter(ProcessHandle::isAlive);
  }

  private static void record(String name, ProcessHandle process) throws IOException {
    Orphanage.adopt(process);
    System.setProperty(name, Long.toString(process.pid()));
  }

  private void close() {
    run(
        () -> {
          if (running(KAFKA).isPresent()) {
            kafka().kill();
          }
          if (running(POSTGRES).isPresent()) {
            postgres().stop();
          }
          DirectoryTree.delete(directory);
        });
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void run(Action action) {
    try {
      action.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
