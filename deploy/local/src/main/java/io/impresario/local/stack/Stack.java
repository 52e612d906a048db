package io.impresario.local.stack;

import io.impresario.embedded.DatabaseBootstrap;
import io.impresario.embedded.DirectoryTree;
import io.impresario.embedded.EmbeddedKafka;
import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.embedded.KafkaProcess;
import io.impresario.local.process.Ending;
import io.impresario.local.process.Guardian;
import io.impresario.local.process.Keeper;
import io.impresario.local.process.Readiness;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.LogRotation;
import io.impresario.local.terminal.LogTail;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All processes of one stack, kept alive until {@link #stop}. One thread starts it; any thread may
 * stop it, also in the middle of the start.
 */
public final class Stack {
  public static final String POSTGRES = "postgres";
  public static final String KAFKA = "kafka";

  // Generous: a machine that builds something else at the same time is slow.
  private static final Duration READY_LIMIT = Duration.ofSeconds(120);
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final int LOG_LINES = 15;
  // Longer than job-service lets runs end after SIGTERM (impresario.dispatch.drain-time).
  private static final Duration SERVICE_GRACE = Duration.ofSeconds(25);
  private static final Duration SERVER_GRACE = Duration.ofSeconds(15);

  private final Home home;
  private final StackOptions options;
  private final Console console;
  private final Layout layout;
  private final Secrets secrets;
  private final Guardian guardian;
  private final Register register;
  private final List<Keeper> keepers = new ArrayList<>();
  private boolean stopping;

  private Stack(Home home, StackOptions options, Console console) throws IOException {
    this.home = home;
    this.options = options;
    this.console = console;
    this.layout = Layout.of(options);
    this.secrets = Secrets.of(home.data());
    this.guardian =
        Guardian.start(home.root().resolve("deploy/local/guardian.sh"), home.log("guardian"));
    this.register = new Register(home, layout, options, secrets, guardian, console);
    if (options.temporary()) {
      guardian.deleteAfterwards(home.data());
    }
  }

  /** Nothing runs yet, but the ports are chosen and the guardian watches. */
  public static Stack prepare(Home home, StackOptions options, Console console) throws IOException {
    home.create();
    return new Stack(home, options, console);
  }

  /** Returns when every process is ready. */
  public void start() throws IOException, InterruptedException {
    LogRotation.start(home.log(POSTGRES).resolveSibling(""), home.launcherLog());
    Keeper postgres = keep(POSTGRES, this::launchPostgres, this::postgresIsReady);
    Keeper kafka = keep(KAFKA, this::launchKafka, () -> KafkaProcess.accepts(layout.kafkaPort()));
    Browser.ensure(home.root(), console);
    awaitReady(postgres);
    bootstrap();
    ServiceProcess services = new ServiceProcess(home, layout, secrets, options);
    List<Keeper> started = new ArrayList<>();
    for (Replica replica : layout.replicas()) {
      started.add(
          keep(
              replica.name(),
              () -> start(services, replica),
              () -> Readiness.of(replica.managementUrl())));
    }
    awaitReady(kafka);
    for (Keeper keeper : started) {
      awaitReady(keeper);
    }
    register.allReady();
  }

  public StackState state() {
    return register.state();
  }

  /** Ends everything, services first; false when that was done before. */
  public synchronized boolean stop() throws IOException, InterruptedException {
    if (stopping) {
      return false;
    }
    stopping = true;
    console.say("stopping");
    for (Keeper keeper : keepers) {
      keeper.release();
    }
    Map<String, ProcessHandle> services = new LinkedHashMap<>();
    keepers.forEach(k -> k.process().ifPresent(process -> services.put(k.name(), process)));
    ProcessHandle kafka = services.remove(KAFKA);
    ProcessHandle postgres = services.remove(POSTGRES);
    Ending.end(List.copyOf(services.values()), SERVICE_GRACE);
    if (kafka != null) {
      Ending.end(List.of(kafka), SERVER_GRACE);
    }
    if (postgres != null) {
      Ending.interrupt(postgres, SERVER_GRACE);
    }
    register.clear();
    guardian.dismiss();
    if (options.temporary()) {
      DirectoryTree.delete(home.data());
    }
    return true;
  }

  private synchronized Keeper keep(String name, Keeper.Starter starter, Keeper.Probe probe) {
    if (stopping) {
      throw new Problem("Stopped while starting.");
    }
    Keeper keeper = new Keeper(name, starter, probe, register);
    keepers.add(keeper);
    keeper.start();
    return keeper;
  }

  private ProcessHandle start(ServiceProcess services, Replica replica) throws IOException {
    Optional<ProcessHandle> developer = Takeover.by(home, replica.name());
    if (developer.isPresent()) {
      console.say(replica.name() + " is left to ./impresario dev");
      return developer.get();
    }
    return services.start(replica);
  }

  /** Throws a {@link Problem} as soon as any process has failed, whichever is awaited. */
  private void awaitReady(Keeper awaited) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + READY_LIMIT.toNanos();
    boolean known = false;
    while (!known) {
      known = awaited.awaitReadyOrFailed(LOOK);
      for (Keeper keeper : keepers()) {
        if (keeper.failure().isPresent()) {
          throw failed(keeper, keeper.failure().get());
        }
      }
      if (!known && System.nanoTime() > deadline) {
        throw failed(
            awaited, awaited.name() + " was not ready within " + READY_LIMIT.toSeconds() + " s.");
      }
    }
  }

  private Problem failed(Keeper keeper, String reason) throws IOException {
    Path log = home.log(keeper.name());
    return new Problem(
        reason + " The end of its log (" + log + "):\n" + LogTail.of(log, LOG_LINES));
  }

  private synchronized List<Keeper> keepers() {
    return List.copyOf(keepers);
  }

  private EmbeddedPostgres.Settings postgresSettings() {
    return new EmbeddedPostgres.Settings(
        home.data().resolve(POSTGRES),
        layout.postgresPort(),
        secrets.superuserPassword(),
        true,
        home.log(POSTGRES));
  }

  private ProcessHandle launchPostgres() throws IOException {
    return EmbeddedPostgres.launch(postgresSettings()).process();
  }

  private boolean postgresIsReady() {
    return EmbeddedPostgres.attach(postgresSettings(), ProcessHandle.current()).isReady();
  }

  private ProcessHandle launchKafka() throws IOException {
    return KafkaProcess.launch(
            new EmbeddedKafka.Settings(
                home.data().resolve(KAFKA), layout.kafkaPort(), layout.kafkaControllerPort()),
            home.log(KAFKA))
        .process();
  }

  private void bootstrap() throws IOException {
    try {
      DatabaseBootstrap.apply(
          layout.postgresPort(), secrets.superuserPassword(), secrets.loginPasswords());
    } catch (SQLException e) {
      throw new Problem("The database could not be prepared: " + e.getMessage() + ".", e);
    }
  }

  /** Ends what a launcher before left behind, if both it and its guardian were killed. */
  public static void endLeftovers(Home home) throws IOException {
    List<ProcessHandle> left =
        LauncherRecord.read(home).stream()
            .flatMap(record -> record.processes().values().stream())
            .flatMap(started -> started.alive().stream())
            .toList();
    Ending.end(left, SERVER_GRACE);
    Files.deleteIfExists(home.stateFile());
    Files.deleteIfExists(home.launcherFile());
  }
}
