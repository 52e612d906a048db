package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Console;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Problem;
import java.io.IOException;
import java.util.Map;

/** {@code tenants create NAME | list}, under the operator's key. */
public final class TenantsCommand {
  private TenantsCommand() {}

  public static int run(Home home, Arguments arguments, Console console)
      throws IOException, InterruptedException {
    String action = arguments.word("what to do: create or list");
    switch (action) {
      case "create" -> create(home, arguments, console);
      case "list" -> list(home, arguments, console);
      default -> throw new Problem("tenants knows create and list, not " + action + ".");
    }
    return 0;
  }

  private static void create(Home home, Arguments arguments, Console console)
      throws IOException, InterruptedException {
    String name = arguments.word("the tenant");
    arguments.end();
    JsonNode tenant = GatewayClient.of(home).admin("tenants/create", Map.of("name", name));
    console.print("tenant   " + tenant.path("tenant_id").asText());
    console.print("API key  " + tenant.path("api_key").asText() + "  (shown once)");
  }

  private static void list(Home home, Arguments arguments, Console console)
      throws IOException, InterruptedException {
    arguments.end();
    JsonNode answer = GatewayClient.of(home).admin("tenants/list", Map.of());
    JsonNode tenants = answer.isArray() ? answer : answer.path("tenants");
    for (JsonNode tenant : tenants) {
      console.print(
          "%-38s %s%s"
              .formatted(
                  tenant.path("tenant_id").asText(),
                  tenant.path("name").asText(),
                  tenant.path("suspended").asBoolean(false) ? "  suspended" : ""));
    }
  }
}
