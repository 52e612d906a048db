package io.impresario.local.command;

import io.impresario.local.process.Readiness;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Json;
import io.impresario.local.stack.StackState;
import io.impresario.local.terminal.Console;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code status}: exit code 0 when everything is ready, 3 when nothing is up, 4 when something is
 * not ready, as while it starts.
 */
@Command(
    name = "status",
    description = "Shows what runs.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:everything is ready", "3:nothing is up", "4:something is not ready yet"})
public final class StatusCommand implements Callable<Integer> {
  private final Home home;
  private final Console console;

  @Option(names = "--json", description = "Print JSON, for scripts.")
  private boolean json;

  public StatusCommand(Home home, Console console) {
    this.home = home;
    this.console = console;
  }

  @Override
  public Integer call() throws IOException {
    boolean lives = UpCommand.isUp(home);
    Optional<StackState> state = StackState.read(home).filter(present -> lives);
    boolean starting = lives && state.isEmpty();
    Map<String, Boolean> ready = new TreeMap<>();
    state.ifPresent(
        present ->
            present.services().forEach((name, running) -> ready.put(name, isReady(running))));
    if (json) {
      console.print(Json.MAPPER.writeValueAsString(report(state, starting, ready)));
    } else if (starting) {
      console.print("Impresario is starting.");
    } else {
      print(state, ready);
    }
    if (!lives) {
      return 3;
    }
    return starting || ready.containsValue(false) ? 4 : 0;
  }

  private static boolean isReady(StackState.Running running) {
    boolean alive = ProcessHandle.of(running.pid()).filter(ProcessHandle::isAlive).isPresent();
    String management = running.managementUrl();
    return alive && (management == null || Readiness.of(management));
  }

  private static Map<String, Object> report(
      Optional<StackState> state, boolean starting, Map<String, Boolean> ready) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("up", state.isPresent());
    report.put("starting", starting);
    report.put("ready", state.isPresent() && !ready.containsValue(false));
    report.put("url", state.map(StackState::url).orElse(null));
    Map<String, Object> services = new TreeMap<>();
    state.ifPresent(
        present ->
            present
                .services()
                .forEach(
                    (name, running) -> {
                      Map<String, Object> service = new LinkedHashMap<>();
                      service.put("pid", running.pid());
                      service.put("ready", ready.get(name));
                      if (running.url() != null) {
                        service.put("url", running.url());
                        service.put("management_url", running.managementUrl());
                      }
                      services.put(name, service);
                    }));
    report.put("services", services);
    return report;
  }

  private void print(Optional<StackState> state, Map<String, Boolean> ready) {
    if (state.isEmpty()) {
      console.print("Impresario is not up; start it with ./impresario up.");
      return;
    }
    console.print("Impresario is up: " + state.get().url());
    state
        .get()
        .services()
        .forEach(
            (name, running) ->
                console.print(
                    "  %-20s %-10s pid %-8d %s"
                        .formatted(
                            name,
                            Boolean.TRUE.equals(ready.get(name)) ? "ready" : "not ready",
                            running.pid(),
                            running.url() == null ? "" : running.url())));
  }
}
