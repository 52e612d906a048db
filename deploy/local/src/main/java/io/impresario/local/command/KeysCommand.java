package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Console;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Problem;
import java.io.IOException;
import java.util.Map;

/** {@code keys issue NAME | list | revoke ID}: the API keys of the local tenant. */
public final class KeysCommand {
  private KeysCommand() {}

  public static int run(Home home, Arguments arguments, Console console)
      throws IOException, InterruptedException {
    String action = arguments.word("what to do: issue, list or revoke");
    switch (action) {
      case "issue" -> issue(home, name(arguments, "the key"), console);
      case "list" -> list(home, arguments, console);
      case "revoke" -> revoke(home, name(arguments, "the id of the key"), console);
      default -> throw new Problem("keys knows issue, list and revoke, not " + action + ".");
    }
    return 0;
  }

  private static String name(Arguments arguments, String what) {
    String name = arguments.word(what);
    arguments.end();
    return name;
  }

  private static void issue(Home home, String name, Console console)
      throws IOException, InterruptedException {
    JsonNode key =
        GatewayClient.of(home).plain("POST", "/api/auth/api-key/create", Map.of("name", name));
    console.print(key.path("key").asText());
    console.print("This is shown once. Its id is " + key.path("id").asText() + ".");
  }

  private static void list(Home home, Arguments arguments, Console console)
      throws IOException, InterruptedException {
    arguments.end();
    JsonNode keys = GatewayClient.of(home).plain("GET", "/api/auth/api-key/list", Map.of());
    for (JsonNode key : keys) {
      console.print(
          "%-38s %-20s %s…%s"
              .formatted(
                  key.path("id").asText(),
                  key.path("name").asText(),
                  key.path("start").asText(),
                  key.path("enabled").asBoolean(true) ? "" : "  revoked"));
    }
  }

  private static void revoke(Home home, String id, Console console)
      throws IOException, InterruptedException {
    GatewayClient.of(home).plain("POST", "/api/auth/api-key/delete", Map.of("keyId", id));
    console.print("Revoked; it stops working everywhere within 5 seconds.");
  }
}
