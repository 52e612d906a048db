package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Home;
import io.impresario.local.terminal.Console;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code keys issue NAME | list | revoke ID}: the API keys of the local tenant. */
@Command(
    name = "keys",
    synopsisSubcommandLabel = "COMMAND",
    description = "Issues, lists and revokes API keys of the local tenant.")
public final class KeysCommand {
  private final Home home;
  private final Console console;

  public KeysCommand(Home home, Console console) {
    this.home = home;
    this.console = console;
  }

  @Command(description = "Issues a key and prints it, once.")
  void issue(@Parameters(paramLabel = "NAME") String name)
      throws IOException, InterruptedException {
    JsonNode key =
        GatewayClient.of(home).plain("POST", "/api/auth/api-key/create", Map.of("name", name));
    console.print(key.path("key").asText());
    console.print("This is shown once. Its id is " + key.path("id").asText() + ".");
  }

  @Command(description = "Lists all keys that are not revoked, with their ids.")
  void list() throws IOException, InterruptedException {
    JsonNode keys = GatewayClient.of(home).plain("GET", "/api/auth/api-key/list", Map.of());
    for (JsonNode key : keys) {
      console.print(
          "%-38s %-20s %s…%s"
              .formatted(
                  key.path("id").asText(),
                  key.path("name").asText(),
                  key.path("start").asText(),
                  key.path("enabled").asBoolean() ? "" : "  expired"));
    }
  }

  @Command(description = "Revokes a key.")
  void revoke(@Parameters(paramLabel = "ID") String id) throws IOException, InterruptedException {
    GatewayClient.of(home).plain("POST", "/api/auth/api-key/delete", Map.of("keyId", id));
    console.print("Revoked; it stops working everywhere within 5 seconds.");
  }
}
