package io.impresario.local.command;

import com.fasterxml.jackson.databind.JsonNode;
import io.impresario.local.stack.Home;
import io.impresario.local.stack.Json;
import io.impresario.local.stack.StackState;
import io.impresario.local.terminal.Problem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * The operator's commands of the services of a stack that is up, asked at their management ports.
 */
final class ManagementPorts {
  private final Map<String, StackState.Running> services;

  private ManagementPorts(Map<String, StackState.Running> services) {
    this.services = services;
  }

  /** Those of the named services; one replica of each is enough. */
  static ManagementPorts of(Home home, Set<String> names) throws IOException {
    if (!UpCommand.isUp(home)) {
      throw new Problem("Impresario is not up; start it with ./impresario up.");
    }
    Map<String, StackState.Running> services =
        new TreeMap<>(
            StackState.read(home)
                .orElseThrow(() -> new Problem("Impresario is still starting; try again."))
                .services());
    services.keySet().retainAll(names);
    return new ManagementPorts(services);
  }

  Set<String> services() {
    return services.keySet();
  }

  JsonNode ask(String service, String method, String path, Duration limit)
      throws IOException, InterruptedException {
    String address = Objects.requireNonNull(services.get(service)).managementUrl();
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(address + path))
            .timeout(limit)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    HttpResponse<String> answer =
        HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new Problem(service + " answered " + answer.statusCode() + "; see its log.");
    }
    return Json.MAPPER.readTree(answer.body());
  }
}
