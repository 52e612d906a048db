package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Home;
import io.impresario.local.terminal.Console;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import picocli.CommandLine.Command;

/**
 * {@code secrets reencrypt}: seals everything that is stored under the first of the configured
 * keys, in every service that holds sealed secrets. Exit code 1 when one does not open.
 */
@Command(
    name = "secrets",
    synopsisSubcommandLabel = "COMMAND",
    description = "Manages the stored secrets.")
public final class SecretsCommand {
  private static final Set<String> HOLDERS =
      Set.of("job-service", "schedule-service", "callback-service");

  /** A million rows take a minute or two. */
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final Home home;
  private final Console console;

  public SecretsCommand(Home home, Console console) {
    this.home = home;
    this.console = console;
  }

  @Command(description = "Seals all stored secrets under the newest key.")
  int reencrypt() throws IOException, InterruptedException {
    boolean allOpened = true;
    ManagementPorts ports = ManagementPorts.of(home, HOLDERS);
    for (String service : ports.services()) {
      JsonNode counts = ports.ask(service, "POST", "/q/secrets/reencrypt", LIMIT);
      console.print(service + " " + counts);
      allOpened &= counts.findValues("failed").stream().allMatch(failed -> failed.asLong() == 0);
    }
    if (!allOpened) {
      console.print("Some secrets open under none of the keys; the services' logs name them.");
    }
    return allOpened ? 0 : 1;
  }
}
