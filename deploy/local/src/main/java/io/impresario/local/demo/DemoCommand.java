package io.impresario.local.demo;

import io.impresario.embedded.FreePorts;
import io.impresario.local.command.GatewayClient;
import io.impresario.local.command.Shutdown;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Stack;
import io.impresario.local.stack.StackOptions;
import io.impresario.local.terminal.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/**
 * {@code demo}: beside a stack that may be up, with ports and a data directory of its own that are
 * gone afterwards.
 */
@Command(
    name = "demo",
    description = "Runs an example workflow through a stack of its own, then stops.")
public final class DemoCommand implements Callable<Integer> {
  private final Path root;
  private final Console console;

  public DemoCommand(Path root, Console console) {
    this.root = root;
    this.console = console;
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("impresario-demo");
    Home home = new Home(root, directory, directory);
    StackOptions options = new StackOptions(FreePorts.one(), Map.of(), true);
    try (DemoSite site = DemoSite.start()) {
      Stack stack = Stack.prepare(home, options, console);
      Shutdown.stopAtExit(stack, console);
      stack.start();
      console.say("Impresario is up at " + stack.state().url());
      new Demo(new GatewayClient(stack.state()), site, console)
          .run(root.resolve("deploy/local/examples/price-watch"));
      stack.stop();
      console.say("demo finished: everything worked");
    }
    return 0;
  }
}
