package io.impresario.local.stack;

import io.impresario.embedded.DatabaseBootstrap;
import io.impresario.embedded.EmbeddedPostgres;
import io.impresario.local.process.Guardian;
import io.impresario.local.process.Keeper;
import io.impresario.local.terminal.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** Writes down what runs: for the guardian, for scripts, for the other commands, for the user. */
final class Register implements Keeper.Watch {
  private final Home home;
  private final Layout layout;
  private final Secrets secrets;
  private final Guardian guardian;
  private final Console console;
  private final Map<String, Long> pids = new TreeMap<>();
  private LauncherRecord record;
  private boolean published;

  Register(
      Home home,
      Layout layout,
      StackOptions options,
      Secrets secrets,
      Guardian guardian,
      Console console)
      throws IOException {
    this.home = home;
    this.layout = layout;
    this.secrets = secrets;
    this.guardian = guardian;
    this.console = console;
    this.record = LauncherRecord.ofThis(home, layout, options);
    record.write(home);
  }

  @Override
  public void said(String line) {
    console.say(line);
  }

  @Override
  public synchronized void started(String name, ProcessHandle process) {
    try {
      guardian.watch(process);
      pids.put(name, process.pid());
      record = record.with(name, process);
      record.write(home);
      if (published) {
        state().write(home);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void ready(String name, Duration after, boolean again) {
    console.say(
        "%s is ready%s (%.1f s)".formatted(name, again ? " again" : "", after.toMillis() / 1000.0));
  }

  @Override
  public synchronized void ended(String name, long pid) {
    guardian.forget(pid);
  }

  synchronized void allReady() throws IOException {
    published = true;
    state().write(home);
    record = record.asReady();
    record.write(home);
  }

  synchronized void clear() throws IOException {
    published = false;
    Files.deleteIfExists(home.stateFile());
    Files.deleteIfExists(home.launcherFile());
  }

  synchronized StackState state() {
    Map<String, StackState.Running> services = new TreeMap<>();
    for (Replica replica : layout.replicas()) {
      Long pid = pids.get(replica.name());
      if (pid != null) {
        services.put(
            replica.name(), new StackState.Running(pid, replica.url(), replica.managementUrl()));
      }
    }
    for (String server : new String[] {Stack.KAFKA, Stack.POSTGRES}) {
      Long pid = pids.get(server);
      if (pid != null) {
        services.put(server, new StackState.Running(pid, null, null));
      }
    }
    return new StackState(
        layout.first(ServiceKind.API_GATEWAY).url(),
        secrets.apiKey(),
        secrets.adminKey(),
        layout.kafkaBootstrap(),
        "postgresql://%s:%s@127.0.0.1:%d/%s"
            .formatted(
                EmbeddedPostgres.SUPERUSER,
                secrets.superuserPassword(),
                layout.postgresPort(),
                DatabaseBootstrap.DATABASE),
        services);
  }
}
