package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Home;
import io.impresario.local.terminal.Console;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code outbox dead | retry [ID]}: the events that Kafka refused for good. */
@Command(
    name = "outbox",
    synopsisSubcommandLabel = "COMMAND",
    description = "Lists and retries the events that Kafka refused for good.")
public final class OutboxCommand {
  private static final Set<String> SENDERS = Set.of("job-service", "schedule-service");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Duration LIMIT = Duration.ofSeconds(30);

  private final Home home;
  private final Console console;

  public OutboxCommand(Home home, Console console) {
    this.home = home;
    this.console = console;
  }

  @Command(description = "Lists the events that were set aside, the oldest 100 of each service.")
  void dead() throws IOException, InterruptedException {
    ManagementPorts ports = ManagementPorts.of(home, SENDERS);
    for (String service : ports.services()) {
      JsonNode dead = ports.ask(service, "GET", "/q/outbox/dead", LIMIT);
      console.print("%s: %s events set aside".formatted(service, dead.path("count").asText()));
      for (JsonNode event : dead.path("events")) {
        console.print(
            "%-38s %-14s %s  %s bytes  %s"
                .formatted(
                    event.path("event_id").asText(),
                    event.path("topic").asText(),
                    event.path("died_at").asText(),
                    event.path("bytes").asText(),
                    event.path("reason").asText()));
      }
    }
  }

  @Command(description = "Sends them again: one by its id, or the oldest 1,000 of each service.")
  void retry(@Parameters(paramLabel = "ID", arity = "0..1") @Nullable String id)
      throws IOException, InterruptedException {
    if (id != null && !UUID.matcher(id).matches()) {
      throw new Problem("outbox retry takes the id of an event, not " + id + ".");
    }
    ManagementPorts ports = ManagementPorts.of(home, SENDERS);
    String path = "/q/outbox/retry" + (id == null ? "" : "?event_id=" + id);
    long retried = 0;
    for (String service : ports.services()) {
      retried += ports.ask(service, "POST", path, LIMIT).path("retried").asLong();
    }
    if (id != null && retried == 0) {
      throw new Problem("No event " + id + " was set aside.");
    }
    console.print("Sent again: " + retried);
  }
}
