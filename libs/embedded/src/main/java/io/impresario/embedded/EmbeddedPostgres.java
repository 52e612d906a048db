package io.impresario.embedded;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import org.postgresql.Driver;

/**
 * One PostgreSQL server as a child process, on 127.0.0.1, with a data directory that is kept.
 * Logins need a password (SCRAM) also on loopback, since workflow code runs on the same machine.
 */
public final class EmbeddedPostgres {
  public static final String SUPERUSER = "postgres";

  /**
   * @param dataDirectory made by initdb when it does not hold a cluster yet
   * @param durable false switches fsync off: data survives a kill of the server, not of the machine
   * @param log what the server prints is appended here
   */
  public record Settings(
      Path dataDirectory, int port, String superuserPassword, boolean durable, Path log) {}

  // Crash recovery of a large write-ahead log can take a while on a slow disk.
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  /**
   * Iterations of the password hash make guessing slow. Our passwords are random, and a service
   * would compute the iterations for each of its connections.
   */
  private static final String SCRAM_ITERATIONS = "scram_iterations=1";

  private final Settings settings;
  private final ProcessHandle process;

  private EmbeddedPostgres(Settings settings, ProcessHandle process) {
    this.settings = settings;
    this.process = process;
  }

  /** Returns once the server answers a query. */
  public static EmbeddedPostgres start(Settings settings) throws IOException {
    EmbeddedPostgres server = launch(settings);
    server.awaitReady();
    return server;
  }

  /** Returns as soon as the process runs; {@link #isReady} then tells when it can be used. */
  public static EmbeddedPostgres launch(Settings settings) throws IOException {
    Path programs = PostgresBinaries.directory().resolve("bin");
    if (!Files.exists(settings.dataDirectory().resolve("PG_VERSION"))) {
      initialize(programs, settings);
    }
    forgetTheDead(settings.dataDirectory().resolve("postmaster.pid"));
    return attach(settings, spawn(serverCommand(programs, settings), settings.log()).toHandle());
  }

  /** A server that this JVM has started earlier, identified by its process. */
  public static EmbeddedPostgres attach(Settings settings, ProcessHandle process) {
    return new EmbeddedPostgres(settings, process);
  }

  public ProcessHandle process() {
    return process;
  }

  public int port() {
    return settings.port();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** A fast shutdown: sessions are ended, data is flushed. */
  public void stop() throws IOException {
    signal("INT");
    await("PostgreSQL did not stop within 20 s", Duration.ofSeconds(20));
  }

  /** Like a crash of the server: nothing is flushed; the next start recovers. */
  public void kill() throws IOException {
    process.destroyForcibly();
    await("PostgreSQL did not end although it was killed", Duration.ofSeconds(10));
  }

  public static String jdbcUrl(int port, String database) {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
  }

  private void signal(String signal) throws IOException {
    new ProcessBuilder("/bin/kill", "-s", signal, Long.toString(process.pid())).start();
  }

  private void await(String failure, Duration limit) throws IOException {
    if (!Processes.ended(process, limit)) {
      throw new IOException(failure);
    }
  }

  private static void initialize(Path programs, Settings settings) throws IOException {
    Path draft =
        settings.dataDirectory().resolveSibling(settings.dataDirectory().getFileName() + ".draft");
    DirectoryTree.delete(draft);
    Files.createDirectories(draft);
    Path password = Files.createTempFile("impresario-initdb", ".password");
    try {
      Files.writeString(password, settings.superuserPassword());
      List<String> command = new ArrayList<>(withoutRoot());
      command.add(programs.resolve("initdb").toString());
      command.addAll(List.of("-D", draft.toString(), "-U", SUPERUSER));
      command.addAll(List.of("-A", "scram-sha-256", "--pwfile=" + password));
      command.addAll(List.of("-E", "UTF8", "--no-locale", "--no-sync"));
      command.addAll(List.of("-c", SCRAM_ITERATIONS));
      Process process = spawn(command, settings.log());
      if (!Processes.ended(process.toHandle(), START_LIMIT) || process.exitValue() != 0) {
        process.destroyForcibly();
        throw new IOException("initdb failed; its output is in " + settings.log());
      }
      // An incomplete cluster never gets the name of a complete one.
      DirectoryTree.delete(settings.dataDirectory());
      Files.move(draft, settings.dataDirectory());
    } finally {
      Files.deleteIfExists(password);
    }
  }

  /**
   * After a power failure the process id in the lock file may belong to another program, and
   * PostgreSQL would refuse to start.
   */
  private static void forgetTheDead(Path lock) throws IOException {
    if (!Files.exists(lock)) {
      return;
    }
    // Empty when the machine failed while it was written.
    boolean postgres =
        Files.readAllLines(lock).stream()
            .findFirst()
            .map(String::strip)
            .filter(pid -> pid.matches("[1-9][0-9]{0,9}"))
            .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
            .flatMap(process -> process.info().command())
            .filter(command -> command.endsWith("postgres"))
            .isPresent();
    if (!postgres) {
      Files.delete(lock);
    }
  }

  private static List<String> serverCommand(Path programs, Settings settings) throws IOException {
    List<String> command = new ArrayList<>(OwnSession.prefix());
    command.addAll(withoutRoot());
    command.add(programs.resolve("postgres").toString());
    command.addAll(List.of("-D", settings.dataDirectory().toString()));
    for (String option : options(settings)) {
      command.addAll(List.of("-c", option));
    }
    return command;
  }

  private static List<String> options(Settings settings) {
    String sync = settings.durable() ? "on" : "off";
    return List.of(
        "listen_addresses=127.0.0.1",
        "port=" + settings.port(),
        "unix_socket_directories=",
        // Five services with pools of up to 20 connections, twice that with replicas, and some
        // spare.
        "max_connections=250",
        // Deliberately small: on a developer's machine the page cache does the rest.
        "shared_buffers=48MB",
        "work_mem=4MB",
        "maintenance_work_mem=32MB",
        "max_wal_size=512MB",
        "wal_level=minimal",
        "max_wal_senders=0",
        "max_worker_processes=4",
        "max_parallel_workers=2",
        "max_parallel_workers_per_gather=0",
        "jit=off",
        SCRAM_ITERATIONS,
        "log_min_messages=warning",
        "fsync=" + sync,
        "full_page_writes=" + sync,
        // A committed row must survive a kill of the server; tests do kill it.
        "synchronous_commit=on");
  }

  /** PostgreSQL refuses to run as root; in a user namespace of its own it runs as nobody. */
  private static List<String> withoutRoot() throws IOException {
    if (new UnixSystem().getUid() != 0) {
      return List.of();
    }
    Process probe = new ProcessBuilder("unshare", "-U", "true").start();
    if (!Processes.ended(probe.toHandle(), START_LIMIT) || probe.exitValue() != 0) {
      throw new IOException(
          "PostgreSQL refuses to run as root, and this machine does not allow user namespaces"
              + " (unshare -U failed); start it as another user");
    }
    return List.of("unshare", "-U");
  }

  private static Process spawn(List<String> command, Path log) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
    Process process = builder.start();
    process.getOutputStream().close();
    return process;
  }

  /** Whether the superuser can connect now. */
  public boolean isReady() {
    try (Connection connection =
        connect(settings.port(), "postgres", SUPERUSER, settings.superuserPassword())) {
      return connection.isValid(5);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private void awaitReady() throws IOException {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (System.nanoTime() < deadline) {
      if (!process.isAlive()) {
        throw new IOException("PostgreSQL ended at once; its output is in " + settings.log());
      }
      if (isReady()) {
        return;
      }
      pause();
    }
    process.destroyForcibly();
    throw new IOException("PostgreSQL was not ready within " + START_LIMIT.toSeconds() + " s");
  }

  /** A plain connection; names the driver, which a class loader may hide from DriverManager. */
  public static Connection connect(int port, String database, String user, String password)
      throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("connectTimeout", "5");
    Connection connection = new Driver().connect(jdbcUrl(port, database), properties);
    if (connection == null) {
      throw new SQLException("The PostgreSQL driver did not accept the address");
    }
    return connection;
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }
}
