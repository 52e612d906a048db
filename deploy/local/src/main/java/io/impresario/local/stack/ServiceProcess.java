package io.impresario.local.stack;

import io.impresario.embedded.DatabaseBootstrap;
import io.impresario.embedded.JavaCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * How one replica of a service is started: its ordinary package, configured by environment only.
 */
final class ServiceProcess {
  /** The default of job-service, for a stack on a cloud's machine. */
  private static final String METADATA_ADDRESSES = "169.254.169.254,fd00:ec2::254";

  private final Home home;
  private final Layout layout;
  private final Secrets secrets;
  private final StackOptions options;

  ServiceProcess(Home home, Layout layout, Secrets secrets, StackOptions options) {
    this.home = home;
    this.layout = layout;
    this.secrets = secrets;
    this.options = options;
  }

  ProcessHandle start(Replica replica) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command(replica));
    configure(builder, replica);
    builder.directory(data(replica).toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(home.log(replica.name()).toFile()));
    Process process = builder.start();
    process.getOutputStream().close();
    return process.toHandle();
  }

  /** Gives a process the environment of this replica, and nothing of ours from the shell around. */
  void configure(ProcessBuilder builder, Replica replica) throws IOException {
    Files.createDirectories(data(replica));
    builder.environment().keySet().removeIf(ServiceProcess::isOurs);
    builder.environment().putAll(environment(replica, data(replica)));
  }

  private Path data(Replica replica) {
    return home.data().resolve(replica.name());
  }

  private List<String> command(Replica replica) {
    List<String> command = JavaCommand.with(replica.kind().jvmOptions());
    command.add("-jar");
    command.add(jar(home.root(), replica.kind()).toString());
    return command;
  }

  static Path jar(Path root, ServiceKind kind) {
    return root.resolve(kind.module()).resolve("target/quarkus-app/quarkus-run.jar");
  }

  /** Settings of the surrounding shell must not reach into a stack that is meant to be whole. */
  private static boolean isOurs(String name) {
    return name.startsWith("QUARKUS_")
        || name.startsWith("SMALLRYE_")
        || name.startsWith("IMPRESARIO_")
        || name.startsWith("KAFKA_")
        || name.startsWith("MP_MESSAGING_")
        || name.equals("JAVA_TOOL_OPTIONS")
        || name.equals("JDK_JAVA_OPTIONS");
  }

  private Map<String, String> environment(Replica replica, Path data) {
    Map<String, String> environment = new TreeMap<>();
    environment.put("QUARKUS_HTTP_HOST", "127.0.0.1");
    environment.put("QUARKUS_HTTP_PORT", Integer.toString(replica.port()));
    environment.put("QUARKUS_MANAGEMENT_HOST", "127.0.0.1");
    environment.put("QUARKUS_MANAGEMENT_PORT", Integer.toString(replica.managementPort()));
    environment.put("KAFKA_BOOTSTRAP_SERVERS", layout.kafkaBootstrap());
    String login = replica.kind().login();
    String database = "127.0.0.1:" + layout.postgresPort() + "/" + DatabaseBootstrap.DATABASE;
    environment.put("QUARKUS_DATASOURCE_USERNAME", DatabaseBootstrap.login(login));
    environment.put(
        "QUARKUS_DATASOURCE_PASSWORD", secrets.loginPasswords().getOrDefault(login, ""));
    environment.put("QUARKUS_DATASOURCE_REACTIVE_URL", "postgresql://" + database);
    environment.put("QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://" + database);
    environment.put("IMPRESARIO_IDENTITY_SECRET", secrets.identitySecret());
    environment.putAll(own(replica.kind(), data));
    options
        .settings(replica.kind())
        .forEach(
            (key, value) -> {
              if (!key.equals(StackOptions.REPLICAS)) {
                environment.put(environmentName(key), value);
              }
            });
    return environment;
  }

  private Map<String, String> own(ServiceKind kind, Path data) {
    Map<String, String> shared =
        Map.of(
            "IMPRESARIO_SECRETS_KEYS",
            secrets.secretsKeys(),
            // Callbacks to programs on this machine are what a local stack is for.
            "IMPRESARIO_CALLBACK_TARGETS_ALLOWED_NETWORKS",
            "127.0.0.0/8,::1/128");
    Map<String, String> environment = new TreeMap<>();
    switch (kind) {
      case API_GATEWAY -> environment.putAll(gateway());
      case JOB_SERVICE -> {
        environment.putAll(shared);
        environment.put(
            "IMPRESARIO_EXECUTOR_DIRECTORY",
            home.root().resolve("job-service/executor").toString());
        Browser.configured().ifPresent(path -> environment.put(Browser.SETTING, path));
        environment.put(
            "IMPRESARIO_EXECUTOR_PROTECTED_ADDRESSES",
            METADATA_ADDRESSES + "," + layout.internalPorts());
        environment.put("IMPRESARIO_JOB_DATA_DIRECTORY", data.toString());
        environment.put(
            "IMPRESARIO_JOB_CALLBACK_SERVICE_URL", layout.urls(ServiceKind.CALLBACK_SERVICE));
      }
      case SCHEDULE_SERVICE -> {
        environment.putAll(shared);
        environment.put(
            "IMPRESARIO_SCHEDULE_WORKFLOW_CHECK_JOB_SERVICE_URL",
            layout.urls(ServiceKind.JOB_SERVICE));
      }
      case CALLBACK_SERVICE -> environment.putAll(shared);
      case LOG_SERVICE -> {
        // Nothing but what every service gets.
      }
    }
    return environment;
  }

  private Map<String, String> gateway() {
    Map<String, String> environment = new TreeMap<>();
    for (ServiceKind kind : ServiceKind.values()) {
      if (kind != ServiceKind.API_GATEWAY) {
        environment.put(
            "IMPRESARIO_GATEWAY_" + environmentName(kind.module()) + "_URL", layout.urls(kind));
      }
    }
    environment.put("IMPRESARIO_GATEWAY_ADMIN_KEY", secrets.adminKey());
    environment.put("IMPRESARIO_GATEWAY_BOOTSTRAP_TENANT_NAME", "local");
    environment.put("IMPRESARIO_GATEWAY_BOOTSTRAP_API_KEY", secrets.apiKey());
    return environment;
  }

  /** The rule of MicroProfile Config. */
  private static String environmentName(String key) {
    return key.replaceAll("[^A-Za-z0-9]", "_").toUpperCase(Locale.ROOT);
  }
}
