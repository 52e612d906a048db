package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Json;
import io.impresario.local.stack.StackState;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    if (!UpCommand.isUp(home)) {
      throw new Problem("Impresario is not up; start it with ./impresario up.");
    }
    Optional<StackState> state = StackState.read(home);
    Map<String, StackState.Running> services =
        new TreeMap<>(
            state
                .orElseThrow(() -> new Problem("Impresario is still starting; try again."))
                .services());
    services.keySet().retainAll(HOLDERS);
    boolean allOpened = true;
    for (Map.Entry<String, StackState.Running> service : services.entrySet()) {
      JsonNode counts = reencrypt(service.getKey(), service.getValue());
      console.print(service.getKey() + " " + counts);
      allOpened &= counts.findValues("failed").stream().allMatch(failed -> failed.asLong() == 0);
    }
    if (!allOpened) {
      console.print("Some secrets open under none of the keys; the services' logs name them.");
    }
    return allOpened ? 0 : 1;
  }

  private static JsonNode reencrypt(String name, StackState.Running service)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(service.managementUrl() + "/q/secrets/reencrypt"))
            .timeout(LIMIT)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new Problem(name + " answered " + answer.statusCode() + "; see its log.");
    }
    return Json.MAPPER.readTree(answer.body());
  }
}
