package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Home;
import io.impresario.local.terminal.Console;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code tenants create NAME | list}, under the operator's key. */
@Command(
    name = "tenants",
    synopsisSubcommandLabel = "COMMAND",
    description = "Creates and lists tenants.")
public final class TenantsCommand {
  private final Home home;
  private final Console console;

  public TenantsCommand(Home home, Console console) {
    this.home = home;
    this.console = console;
  }

  @Command(description = "Creates a tenant and prints its API key, once.")
  void create(@Parameters(paramLabel = "NAME") String name)
      throws IOException, InterruptedException {
    JsonNode tenant = GatewayClient.of(home).admin("tenants/create", Map.of("name", name));
    console.print("tenant   " + tenant.path("tenant_id").asText());
    console.print("API key  " + tenant.path("api_key").asText() + "  (shown once)");
  }

  @Command(description = "Lists all tenants with their ids.")
  void list() throws IOException, InterruptedException {
    GatewayClient gateway = GatewayClient.of(home);
    JsonNode page = gateway.admin("tenants/list", Map.of());
    page.path("tenants").forEach(this::show);
    while (page.path("next_cursor").isTextual()) {
      page = gateway.admin("tenants/list", Map.of("cursor", page.path("next_cursor").asText()));
      page.path("tenants").forEach(this::show);
    }
  }

  private void show(JsonNode tenant) {
    String status = tenant.path("status").asText();
    console.print(
        "%-38s %s%s"
            .formatted(
                tenant.path("tenant_id").asText(),
                tenant.path("name").asText(),
                status.equals("active") ? "" : "  " + status));
  }
}
