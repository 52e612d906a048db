package io.impresario.local.command;

import io.impresario.local.stack.Home;
import io.impresario.local.stack.LauncherRecord;
import io.impresario.local.stack.Stack;
import io.impresario.local.stack.StackOptions;
import io.impresario.local.stack.StackState;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code up}: the stack, staying up in the foreground, or detached; 0 when it is up already. */
@Command(
    name = "up",
    sortOptions = false,
    description = "Starts everything and stays up until Ctrl-C or ./impresario down.")
public final class UpCommand implements Callable<Integer> {
  // The other ports of the stack are above it.
  private static final int HIGHEST_PORT = 64_999;

  private final Path root;
  private final Console console;

  // Fixed, so that what is written down about a local stack stays true.
  private static final int PORT = 7400;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port of the gateway; " + PORT + " by default.")
  private @Nullable Integer given;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Directory of the data; .impresario/data by default.")
  private @Nullable Path data;

  @Option(names = "--clean", description = "Delete all data first.")
  private boolean clean;

  @Option(names = "--detach", description = "Return when everything is ready.")
  private boolean detach;

  @Option(
      names = "--set",
      paramLabel = "SERVICE.KEY=VALUE",
      description = "Set a configuration key of a service; SERVICE.replicas=2 starts two of it.")
  private List<String> settings = List.of();

  public UpCommand(Path root, Console console) {
    this.root = root;
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    int port = given == null ? PORT : given;
    if (port < 1 || port > HIGHEST_PORT) {
      throw new Problem(
          "--port must be a number from 1 to %d, not %d.".formatted(HIGHEST_PORT, port));
    }
    Home home = Home.of(root, data);
    StackOptions options = new StackOptions(port, settings(settings), false);
    Files.createDirectories(home.state());
    if (detach) {
      return isUp(home) ? already(home, options) : Detached.up(home, options, clean);
    }
    return foreground(home, options);
  }

  private int foreground(Home home, StackOptions options) throws IOException, InterruptedException {
    try (FileChannel channel =
            FileChannel.open(home.lockFile(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        return already(home, options);
      }
      Stack.endLeftovers(home);
      if (clean) {
        home.clean();
      }
      Stack stack = Stack.prepare(home, options, console);
      Shutdown.stopAtExit(stack, console);
      stack.start();
      print(stack.state(), console);
      new CountDownLatch(1).await();
      return 0;
    }
  }

  /** Fails when anything was asked for that the stack was not started with. */
  private int already(Home home, StackOptions options) throws IOException {
    String already =
        StackState.read(home)
            .map(state -> "Impresario is up already: " + state.url())
            .orElse("Impresario is starting already; ./impresario status tells when it is up.");
    Optional<LauncherRecord> record = LauncherRecord.read(home);
    List<String> ignored = record.map(up -> ignored(up, home, options)).orElse(List.of());
    if (!ignored.isEmpty()) {
      throw new Problem(
          already
              + "\nIt runs with other options, so these are ignored: "
              + String.join(" ", ignored)
              + "\nTo apply them, stop it with ./impresario down and start it again.");
    }
    console.print(already);
    return 0;
  }

  private List<String> ignored(LauncherRecord up, Home home, StackOptions options) {
    List<String> ignored = new ArrayList<>();
    if (given != null && options.port() != up.options().port()) {
      ignored.add("--port " + given);
    }
    if (data != null && !home.data().equals(Path.of(up.data()))) {
      ignored.add("--data " + data);
    }
    if (clean) {
      ignored.add("--clean");
    }
    options.notIn(up.options()).forEach(setting -> ignored.add("--set " + setting));
    return ignored;
  }

  /** Whether a launcher lives that keeps a stack of this state directory. */
  static boolean isUp(Home home) throws IOException {
    return LauncherRecord.read(home).flatMap(record -> record.launcher().alive()).isPresent();
  }

  static void print(StackState state, Console console) {
    String head = "curl -s -X POST " + state.url() + "/v1/";
    String tail = " -H 'x-api-key: " + state.apiKey() + "' -H 'content-type: application/json' -d ";
    console.print("");
    console.print("Impresario is up.");
    console.print("  URL      " + state.url());
    console.print("  API key  " + state.apiKey());
    console.print("");
    console.print("Deploy a folder with package.json and index.ts, list workflows, list jobs:");
    console.print("");
    console.print(
        "  printf '{\"json\":{\"source\":\"%s\"}}' \"$(tar -czf - -C FOLDER . | base64 | tr -d '\\n"
            + "')\" | \\");
    console.print("    " + head + "deployments/create" + tail + "@-");
    console.print("  " + head + "workflows/list" + tail + "'{}'");
    console.print("  " + head + "jobs/list" + tail + "'{}'");
    console.print("");
    console.print("Stop it with Ctrl-C or ./impresario down.");
  }

  private static Map<String, Map<String, String>> settings(List<String> words) {
    Map<String, Map<String, String>> settings = new TreeMap<>();
    for (String word : words) {
      int dot = word.indexOf('.');
      int equals = word.indexOf('=');
      if (dot < 1 || equals < dot + 2) {
        throw new Problem("--set takes SERVICE.KEY=VALUE, not " + word + ".");
      }
      settings
          .computeIfAbsent(word.substring(0, dot), service -> new TreeMap<>())
          .put(word.substring(dot + 1, equals), word.substring(equals + 1));
    }
    return settings;
  }
}
